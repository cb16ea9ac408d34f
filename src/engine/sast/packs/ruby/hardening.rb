class ImportsController < ApplicationController
  def create
    # ruleid: ruby.deserialization.untrusted-data-taint, ruby.deserialization.yaml-load
    a = YAML.load(params[:config])
    # ruleid: ruby.deserialization.untrusted-data-taint, ruby.deserialization.marshal-load
    b = Marshal.load(Base64.decode64(cookies[:state]))
    # ok: ruby.deserialization.untrusted-data-taint
    c = YAML.safe_load(params[:config])
    # ok: ruby.deserialization.untrusted-data-taint
    d = JSON.parse(params[:config])
  end
end

def stored(data, io)
  # ruleid: ruby.deserialization.marshal-load
  x = Marshal.load(data)
  # ok: ruby.deserialization.marshal-load
  y = Marshal.load(Marshal.dump(x))
  # ruleid: ruby.deserialization.yaml-unsafe-load
  z = YAML.unsafe_load(data)
  # ok: ruby.deserialization.yaml-unsafe-load
  z = YAML.safe_load(data, permitted_classes: [Date])
  # ruleid: ruby.deserialization.yaml-load
  w = YAML.load(io.read)
  # ok: ruby.deserialization.yaml-load
  w = YAML.load("a: 1")
end

def connect(http, password, user)
  # ruleid: ruby.tls.certificate-check-off
  http.verify_mode = OpenSSL::SSL::VERIFY_NONE
  # ok: ruby.tls.certificate-check-off
  http.verify_mode = OpenSSL::SSL::VERIFY_PEER
  # ruleid: ruby.tls.certificate-check-off
  Net::HTTP.start("example.com", 443, use_ssl: true, verify_mode: OpenSSL::SSL::VERIFY_NONE)
  # ruleid: ruby.tls.certificate-check-off
  HTTParty.get("https://example.com", verify: false)
  # ok: ruby.tls.certificate-check-off
  HTTParty.get("https://example.com", verify: true)
  # ruleid: ruby.crypto.weak-password-hash, ruby.crypto.weak-digest
  Digest::SHA1.hexdigest(password + user.salt)
  # ruleid: ruby.crypto.weak-password-hash
  Digest::SHA256.hexdigest("#{user.password}")
  # ok: ruby.crypto.weak-password-hash
  Digest::SHA256.hexdigest(user.avatar)
  # ruleid: ruby.crypto.weak-digest
  Digest::MD5.hexdigest("file")
  # ok: ruby.crypto.weak-digest
  Digest::SHA256.hexdigest("file")
  # ruleid: ruby.crypto.weak-cipher
  OpenSSL::Cipher.new("AES-128-ECB")
  # ruleid: ruby.crypto.weak-cipher
  OpenSSL::Cipher.new("des-ede3-cbc")
  # ok: ruby.crypto.weak-cipher
  OpenSSL::Cipher.new("aes-256-gcm")
  # ruleid: ruby.crypto.short-rsa-key
  OpenSSL::PKey::RSA.new(1024)
  # ok: ruby.crypto.short-rsa-key
  OpenSSL::PKey::RSA.new(3072)
  # ok: ruby.crypto.short-rsa-key
  OpenSSL::PKey::RSA.new(File.read("key.pem"))
end

def tokens(token, key, payload)
  # ruleid: ruby.jwt.signature-not-checked
  JWT.decode(token, nil, false)
  # ruleid: ruby.jwt.signature-not-checked
  JWT.encode(payload, nil, "none")
  # ok: ruby.jwt.signature-not-checked
  JWT.decode(token, key, true, { algorithm: "HS256" })
  # ruleid: ruby.secrets.literal-signing-key
  JWT.encode(payload, "change-me-EXAMPLE", "HS256")
  # ok: ruby.secrets.literal-signing-key
  JWT.encode(payload, ENV.fetch("JWT_KEY"), "HS256")
  # ruleid: ruby.secrets.literal-signing-key
  config.secret_key_base = "change-me-EXAMPLE"
  # ok: ruby.secrets.literal-signing-key
  config.secret_key_base = ENV["SECRET_KEY_BASE"]
  # ruleid: ruby.random.predictable-token
  reset_token = rand(10**12).to_s
  # ruleid: ruby.random.predictable-token
  user.api_key = Digest::SHA256.hexdigest(rand(1000).to_s)
  # ok: ruby.random.predictable-token
  reset_token = SecureRandom.hex(16)
  # ok: ruby.random.predictable-token
  delay = rand(10)
end

# ruleid: ruby.secrets.literal-signing-key
set :session_secret, "change-me-EXAMPLE"
# ok: ruby.secrets.literal-signing-key
set :session_secret, ENV.fetch("SESSION_SECRET")

# ok: ruby.secrets.literal-signing-key
config.secret_key_base = "secret_key_base"
