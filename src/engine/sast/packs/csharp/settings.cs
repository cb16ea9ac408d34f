using System;

public class FormController : Controller
{
    // ruleid: csharp.web.request-validation-off
    [ValidateInput(false)]
    public ActionResult Save(string body)
    {
        return View();
    }

    // ok: csharp.web.request-validation-off
    [ValidateInput(true)]
    public ActionResult Keep(string body)
    {
        return View();
    }

    // ruleid: csharp.web.antiforgery-ignored
    [IgnoreAntiforgeryToken]
    public ActionResult Open(string body)
    {
        return View();
    }

    // ruleid: csharp.web.antiforgery-missing
    [HttpPost]
    public ActionResult Update(int id)
    {
        return View();
    }

    // ok: csharp.web.antiforgery-missing, csharp.web.antiforgery-ignored
    [HttpPost]
    [ValidateAntiForgeryToken]
    public ActionResult Change(int id)
    {
        return View();
    }

    public void Cookies()
    {
        // ruleid: csharp.web.cookie-flags
        Response.Cookies.Append("id", "1", new CookieOptions { HttpOnly = false });
        // ok: csharp.web.cookie-flags
        Response.Cookies.Append("id", "1", new CookieOptions { HttpOnly = true, Secure = true });
        var cookie = new HttpCookie("id", "1");
        // ruleid: csharp.web.cookie-flags
        cookie.Secure = false;
        // ok: csharp.web.cookie-flags
        cookie.HttpOnly = true;
    }
}

[ApiController]
public class ApiController : ControllerBase
{
    // ok: csharp.web.antiforgery-missing
    [HttpPost]
    public ActionResult Create(Item item)
    {
        return Ok();
    }
}

public class Startup
{
    public void Configure(IApplicationBuilder app, IWebHostEnvironment env)
    {
        if (env.IsDevelopment())
        {
            // ok: csharp.web.developer-exception-page
            app.UseDeveloperExceptionPage();
        }
        // ruleid: csharp.web.developer-exception-page
        app.UseDeveloperExceptionPage();
        // ruleid: csharp.web.cors-any-origin-with-credentials
        app.UseCors(b => b.SetIsOriginAllowed(o => true).AllowAnyHeader().AllowCredentials());
        // ok: csharp.web.cors-any-origin-with-credentials
        app.UseCors(b => b.WithOrigins("https://example.com").AllowCredentials());
        // ok: csharp.web.cors-any-origin-with-credentials
        app.UseCors(b => b.AllowAnyOrigin());
    }

    public void Options(JwtBearerOptions options, Page page)
    {
        // ruleid: csharp.web.metadata-over-http
        options.RequireHttpsMetadata = false;
        // ok: csharp.web.metadata-over-http
        options.RequireHttpsMetadata = true;
        // ruleid: csharp.web.view-state-mac-off
        page.EnableViewStateMac = false;
        // ok: csharp.web.view-state-mac-off
        page.EnableViewStateMac = true;
    }
}
