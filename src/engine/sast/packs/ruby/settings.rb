class SessionsController < ApplicationController
  # ruleid: ruby.rails.basic-auth-password
  http_basic_authenticate_with name: "admin", password: "change-me"
  # ok: ruby.rails.basic-auth-password
  http_basic_authenticate_with name: "admin", password: ENV.fetch("ADMIN_PASSWORD")

  def remember
    # ruleid: ruby.rails.cookie-flags
    cookies[:token] = { value: token, httponly: false }
    # ruleid: ruby.rails.cookie-flags
    cookies.signed[:token] = { value: token, secure: false, httponly: true }
    # ok: ruby.rails.cookie-flags
    cookies.signed[:token] = { value: token, secure: true, httponly: true }
  end
end

Rails.application.configure do
  # ruleid: ruby.rails.session-cookie-flags
  config.session_store :cookie_store, key: "_app", httponly: false
  # ok: ruby.rails.session-cookie-flags
  config.session_store :cookie_store, key: "_app", secure: true
  # ruleid: ruby.rails.cookie-serializer-marshal
  config.action_dispatch.cookies_serializer = :marshal
  # ok: ruby.rails.cookie-serializer-marshal
  config.action_dispatch.cookies_serializer = :json
  # ruleid: ruby.rails.html-json-escape-off
  config.active_support.escape_html_entities_in_json = false
  # ok: ruby.rails.html-json-escape-off
  config.active_support.escape_html_entities_in_json = true
end

class User < ApplicationRecord
  # ruleid: ruby.rails.validation-line-anchors
  validates :name, format: { with: /^[a-z]+$/ }
  # ruleid: ruby.rails.validation-line-anchors
  validates_format_of :slug, with: /\A[a-z]+$/i
  # ok: ruby.rails.validation-line-anchors
  validates :login, format: { with: /\A[a-z]+\z/ }
  # ok: ruby.rails.validation-line-anchors
  validates :price, format: { with: /\A\$\d+\z/ }
end
