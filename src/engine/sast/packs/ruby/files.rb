class DownloadsController < ApplicationController
  def show
    # ruleid: ruby.files.send-file-taint
    send_file "/srv/files/#{params[:name]}"
    # ok: ruby.files.send-file-taint
    send_file "/srv/files/#{File.basename(params[:name])}"
    # ruleid: ruby.files.path-taint
    e = File.read(Rails.root.join("data", params[:name]))
    # ruleid: ruby.files.path-taint
    FileUtils.rm_rf(params[:dir])
    # ok: ruby.files.path-taint
    f = File.read(File.join("data", File.basename(params[:name])))
    # ok: ruby.files.path-taint
    File.write("/srv/log.txt", params[:message])
    # ruleid: ruby.ssrf.request-target-taint
    g = Net::HTTP.get(URI(params[:url]))
    # ruleid: ruby.ssrf.request-target-taint
    h = HTTParty.get("http://#{params[:host]}/status")
    # ok: ruby.ssrf.request-target-taint
    i = HTTParty.get("https://example.com/items/#{params[:id]}")
    # ok: ruby.ssrf.request-target-taint
    j = Net::HTTP.post(URI("https://example.com/"), params[:body])
  end
end

def modes
  # ruleid: ruby.permissions.world-writable-file
  File.chmod(0777, "/srv/upload")
  # ok: ruby.permissions.world-writable-file
  File.chmod(0640, "/srv/upload")
end
