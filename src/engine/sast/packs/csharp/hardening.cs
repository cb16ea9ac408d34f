using System;
using System.Net;
using System.Security.Cryptography;
using System.Text;

public class Store
{
    public void Load(Stream stream, string json)
    {
        // ruleid: csharp.deserialization.unsafe-formatter
        var formatter = new BinaryFormatter();
        // ruleid: csharp.deserialization.unsafe-formatter
        var other = new JavaScriptSerializer(new SimpleTypeResolver());
        // ok: csharp.deserialization.unsafe-formatter
        var safe = new DataContractSerializer(typeof(Item));
        // ok: csharp.deserialization.unsafe-formatter
        var plain = new JavaScriptSerializer();
        // ruleid: csharp.deserialization.type-name-handling
        var settings = new JsonSerializerSettings { TypeNameHandling = TypeNameHandling.All };
        // ruleid: csharp.deserialization.type-name-handling
        settings.TypeNameHandling = TypeNameHandling.Auto;
        // ok: csharp.deserialization.type-name-handling
        settings.TypeNameHandling = TypeNameHandling.None;
    }

    public void Xml(string text)
    {
        var doc = new XmlDocument();
        // ruleid: csharp.xml.external-entities
        doc.XmlResolver = new XmlUrlResolver();
        // ok: csharp.xml.external-entities
        doc.XmlResolver = null;
        // ruleid: csharp.xml.external-entities
        var a = new XmlReaderSettings { DtdProcessing = DtdProcessing.Parse };
        // ok: csharp.xml.external-entities
        var b = new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit };
    }

    public void Hashes(string password, byte[] data, HashAlgorithm sha)
    {
        // ruleid: csharp.crypto.weak-password-hash
        var a = SHA256.HashData(Encoding.UTF8.GetBytes(password));
        // ruleid: csharp.crypto.weak-password-hash
        var b = sha.ComputeHash(Encoding.UTF8.GetBytes(user.Password + user.Salt));
        // ok: csharp.crypto.weak-password-hash
        var c = SHA256.HashData(data);
        // ruleid: csharp.crypto.weak-digest
        var d = MD5.Create();
        // ruleid: csharp.crypto.weak-digest
        var e = new SHA1Managed();
        // ok: csharp.crypto.weak-digest
        var f = SHA256.Create();
    }

    public void Ciphers(byte[] salt, string password)
    {
        // ruleid: csharp.crypto.weak-cipher
        var a = TripleDES.Create();
        // ok: csharp.crypto.weak-cipher
        var b = Aes.Create();
        // ruleid: csharp.crypto.ecb-mode
        b.Mode = CipherMode.ECB;
        // ok: csharp.crypto.ecb-mode
        b.Mode = CipherMode.CBC;
        // ruleid: csharp.crypto.short-rsa-key
        var c = new RSACryptoServiceProvider(1024);
        // ok: csharp.crypto.short-rsa-key
        var d = RSA.Create(3072);
        // ruleid: csharp.crypto.few-iterations
        var e = new Rfc2898DeriveBytes(password, salt, 1000);
        // ok: csharp.crypto.few-iterations
        var f = new Rfc2898DeriveBytes(password, salt, 600000, HashAlgorithmName.SHA256);
        // ruleid: csharp.random.predictable-secret
        var resetToken = new Random().Next(100000, 999999).ToString();
        // ruleid: csharp.random.predictable-secret
        string otp = Random.Shared.Next(1000, 9999).ToString();
        // ok: csharp.random.predictable-secret
        var delay = new Random().Next(10);
        // ok: csharp.random.predictable-secret
        var token = RandomNumberGenerator.GetHexString(32);
    }

    public void Transport(HttpClientHandler handler)
    {
        // ruleid: csharp.tls.certificate-check-off
        ServicePointManager.ServerCertificateValidationCallback = (sender, cert, chain, errors) => true;
        // ruleid: csharp.tls.certificate-check-off
        handler.ServerCertificateCustomValidationCallback = (m, c, ch, e) => true;
        // ruleid: csharp.tls.certificate-check-off
        handler.ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator;
        // ok: csharp.tls.certificate-check-off
        handler.ServerCertificateCustomValidationCallback = (m, c, ch, e) => e == SslPolicyErrors.None;
        // ruleid: csharp.tls.old-protocol
        ServicePointManager.SecurityProtocol = SecurityProtocolType.Tls11;
        // ok: csharp.tls.old-protocol
        ServicePointManager.SecurityProtocol = SecurityProtocolType.Tls12;
    }

    public void Tokens()
    {
        var a = new TokenValidationParameters
        {
            // ruleid: csharp.jwt.validation-off
            RequireSignedTokens = false,
            // ruleid: csharp.jwt.audience-not-checked
            ValidateAudience = false
        };
        var b = new TokenValidationParameters
        {
            // ok: csharp.jwt.validation-off
            ValidateIssuerSigningKey = true,
            // ok: csharp.jwt.audience-not-checked
            ValidateAudience = true
        };
        // ruleid: csharp.secrets.literal-key
        var c = new SymmetricSecurityKey(Encoding.UTF8.GetBytes("change-me-EXAMPLE"));
        // ruleid: csharp.secrets.literal-key
        var d = new SqlConnection("Server=example.com;User=app;Password=change-me");
        // ok: csharp.secrets.literal-key
        var e = new SymmetricSecurityKey(Encoding.UTF8.GetBytes(config["Jwt:Key"]));
        // ok: csharp.secrets.literal-key
        var f = new SqlConnection("Server=example.com;Integrated Security=true");
    }
}
