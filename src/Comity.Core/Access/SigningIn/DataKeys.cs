using System.Text;
using System.Xml.Linq;
using Comity.Core.Storage;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.Extensions.DependencyInjection;

namespace Comity.Core.Access.SigningIn;

/// <summary>The web framework's own keys (it signs antiforgery tokens with them): in the database, for all processes of the node.</summary>
public sealed class DataKeys(NodeContext node) : IXmlRepository
{
    /// <inheritdoc/>
    public IReadOnlyCollection<XElement> GetAllElements() => node.Store.Read(session => session.Query("SELECT xml FROM data_key ORDER BY at, id", row => XElement.Parse(row.GetString(0))));

    /// <inheritdoc/>
    /// <remarks>The framework asks for a synchronous answer; it happens once in three months.</remarks>
    public void StoreElement(XElement element, string friendlyName) => node.Store.WriteAsync(session => session.Execute(
        "INSERT INTO data_key (id, xml, at) VALUES (@id, @xml, @at)",
        ("@id", friendlyName), ("@xml", element.ToString(SaveOptions.DisableFormatting)), ("@at", node.Now.ToUnixTimeMilliseconds()))).GetAwaiter().GetResult();
}

/// <summary>Seals the secret part of such a key with the storage key, wherever the framework puts it.</summary>
public sealed class DataKeySeal(BodySealer sealer) : IXmlEncryptor
{
    /// <inheritdoc/>
    public EncryptedXmlInfo Encrypt(XElement plaintextElement)
    {
        var body = sealer.Seal(Encoding.UTF8.GetBytes(plaintextElement.ToString(SaveOptions.DisableFormatting)));
        return new EncryptedXmlInfo(new XElement("sealed", Convert.ToBase64String([.. body.Secret, .. body.Ciphertext])), typeof(DataKeyOpener));
    }
}

/// <summary>Opens what <see cref="DataKeySeal"/> sealed; the framework makes it by its type's name.</summary>
public sealed class DataKeyOpener(IServiceProvider services) : IXmlDecryptor
{
    /// <inheritdoc/>
    public XElement Decrypt(XElement encryptedElement)
    {
        var bytes = Convert.FromBase64String(encryptedElement.Value);
        var plain = services.GetRequiredService<Node>().Context.Sealer.Open(bytes.AsSpan(BodySealer.SecretLength), bytes.AsSpan(0, BodySealer.SecretLength))
            ?? throw new System.Security.Cryptography.CryptographicException("A data-protection key was sealed with another storage key.");
        return XElement.Parse(Encoding.UTF8.GetString(plain));
    }
}
