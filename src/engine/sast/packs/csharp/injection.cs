using System;
using System.Data.SqlClient;
using System.Diagnostics;
using System.IO;
using System.Net.Http;
using System.Threading.Tasks;

public class ItemsController : Controller
{
    [HttpGet]
    public IActionResult Find(string name, int id)
    {
        // ruleid: csharp.sql.command-taint, csharp.sql.command-concatenation
        var a = new SqlCommand("SELECT * FROM items WHERE name = '" + name + "'", connection);
        // ruleid: csharp.sql.command-taint
        a.CommandText = "SELECT * FROM items ORDER BY " + Request.Query["sort"];
        // ruleid: csharp.sql.command-taint, csharp.sql.command-concatenation
        var b = context.Items.FromSqlRaw($"SELECT * FROM items WHERE name = '{name}'");
        // ok: csharp.sql.command-taint, csharp.sql.command-concatenation
        var c = new SqlCommand("SELECT * FROM items WHERE name = @name", connection);
        // ok: csharp.sql.command-taint
        c.Parameters.AddWithValue("@name", name);
        // ok: csharp.sql.command-taint
        var d = context.Items.FromSqlInterpolated($"SELECT * FROM items WHERE name = {name}");
        return View(b);
    }

    private void Internal(string table, string key)
    {
        // ruleid: csharp.sql.command-concatenation
        var a = new SqlCommand("DELETE FROM items WHERE k = '" + key + "'", connection);
        // ruleid: csharp.sql.command-concatenation
        var b = new NpgsqlCommand($"SELECT 1 FROM items WHERE k = {key}", connection);
        // ok: csharp.sql.command-concatenation
        var c = new SqlCommand($"DROP TABLE {table}", connection);
    }

    [HttpPost]
    public IActionResult Run(string host)
    {
        // ruleid: csharp.process.command-taint
        Process.Start("cmd.exe", "/c ping " + host);
        var psi = new ProcessStartInfo("ping");
        // ruleid: csharp.process.command-taint
        psi.Arguments = Request.Form["host"];
        // ok: csharp.process.command-taint
        Process.Start("ping", "example.com");
        // ok: csharp.process.command-taint
        psi.ArgumentList.Add(host);
        return Ok();
    }

    [HttpGet]
    public IActionResult Lookup(string user)
    {
        // ruleid: csharp.ldap.filter-taint
        var a = new DirectorySearcher("(uid=" + user + ")");
        // ok: csharp.ldap.filter-taint
        var b = new DirectorySearcher("(uid=" + Encoder.LdapFilterEncode(user) + ")");
        // ruleid: csharp.xml.xpath-taint
        var c = doc.SelectSingleNode("//user[@name='" + user + "']");
        // ok: csharp.xml.xpath-taint
        var d = doc.SelectSingleNode("//user[@name='fixed']");
        return Ok(c);
    }
}
