class PagesController < ApplicationController
  # ruleid: ruby.rails.csrf-check-skipped
  skip_before_action :verify_authenticity_token, only: [:hook]
  # ruleid: ruby.rails.csrf-check-skipped
  skip_forgery_protection
  # ok: ruby.rails.csrf-check-skipped
  skip_before_action :load_menu
  # ruleid: ruby.rails.csrf-null-session
  protect_from_forgery with: :null_session
  # ok: ruby.rails.csrf-null-session
  protect_from_forgery with: :exception

  def markup
    # ruleid: ruby.xss.html-safe-taint
    @a = params[:note].html_safe
    # ruleid: ruby.xss.html-safe-taint, ruby.xss.html-safe-interpolation
    @b = raw("<b>#{params[:note]}</b>")
    # ok: ruby.xss.html-safe-taint
    @c = sanitize(params[:note]).html_safe
    # ok: ruby.xss.html-safe-taint
    @d = "<br>".html_safe
    # ok: ruby.xss.html-safe-taint
    @e = params[:note]
  end

  def tag_for(name)
    # ruleid: ruby.xss.html-safe-interpolation
    "<b>#{name}</b>".html_safe
    # ok: ruby.xss.html-safe-interpolation
    "<b>#{h(name)}</b>".html_safe
    # ok: ruby.xss.html-safe-interpolation
    "<b>fixed</b>".html_safe
  end

  def links
    # ruleid: ruby.xss.link-target-taint
    link_to("Back", params[:back])
    # ok: ruby.xss.link-target-taint
    link_to(params[:title], root_path)
    # ok: ruby.xss.link-target-taint
    link_to("Search", "/search?q=#{params[:q]}")
  end

  def page
    # ruleid: ruby.rails.render-path-taint
    render params[:page]
    # ruleid: ruby.rails.render-path-taint
    render file: "/srv/pages/#{params[:page]}"
    # ruleid: ruby.rails.render-path-taint
    render template: params[:template], layout: false
    # ok: ruby.rails.render-path-taint
    render json: { page: params[:page] }
    # ok: ruby.rails.render-path-taint
    render partial: "row", locals: { page: params[:page] }
    # ok: ruby.rails.render-path-taint
    render plain: params[:page]
  end

  def go
    # ruleid: ruby.rails.redirect-taint
    redirect_to params[:return_to]
    target = params[:url]
    # ruleid: ruby.rails.redirect-taint
    redirect_to target, status: 303
    # ruleid: ruby.rails.redirect-other-host, ruby.rails.redirect-taint
    redirect_to params[:url], allow_other_host: true
    # ok: ruby.rails.redirect-other-host
    redirect_to "https://example.com/", allow_other_host: true
    # ok: ruby.rails.redirect-taint
    redirect_to page_path(params[:id])
    # ok: ruby.rails.redirect-taint
    redirect_to action: :show, id: params[:id]
    # ok: ruby.rails.redirect-taint
    redirect_to url_from(params[:return_to]) || root_path
    # ok: ruby.rails.redirect-taint
    redirect_to "/pages/#{params[:id]}"
    # ok: ruby.rails.redirect-taint
    redirect_to Page.find(params[:id])
  end

  def assign
    # ruleid: ruby.rails.permit-all
    Page.create(params.require(:page).permit!)
    # ruleid: ruby.rails.permit-all
    Page.new(params[:page].permit!)
    # ok: ruby.rails.permit-all
    Page.create(params.require(:page).permit(:title, :body))
    # ruleid: ruby.rails.permit-privileged-key
    params.require(:user).permit(:name, :admin)
    # ok: ruby.rails.permit-privileged-key
    params.require(:user).permit(:name, :email)
    # ruleid: ruby.rails.unfiltered-hash
    Page.create(params[:page].to_unsafe_h)
    # ok: ruby.rails.unfiltered-hash
    Page.create(params.to_unsafe_h.slice(:title))
  end
end

Rails.application.configure do
  # ruleid: ruby.rails.csrf-disabled
  config.action_controller.allow_forgery_protection = false
  # ok: ruby.rails.csrf-disabled
  config.action_controller.allow_forgery_protection = true
end

class ReturnsController < ApplicationController
  def back
    # ok: ruby.rails.redirect-taint
    redirect_to params[:return], allow_other_host: false
  end

  def cached
    address = Rails.cache.fetch("c_#{params[:id]}") { lookup }
    # ok: ruby.rails.redirect-taint
    redirect_to address
  end

  # ok: ruby.rails.csrf-check-skipped
  def skip_forgery_protection(options = {})
    skip_before_action :verify_request, options
  end
end

get "/leave" do
  # ruleid: ruby.rails.redirect-taint
  redirect params[:to]
end

get "/stay" do
  # ok: ruby.rails.redirect-taint
  redirect "/items/#{params[:id]}"
end
