using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Comity.Core.Members;

/// <summary>Wraps a node's TLS key in a certificate, because TLS asks for one. Peers look at the key alone (<see cref="SpkiPin"/>).</summary>
public static class TlsCertificate
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    /// <summary>Makes a self-signed certificate for both ends of TLS, new at every start and valid for ten years, which nobody checks.</summary>
    /// <param name="key">The TLS key.</param>
    /// <param name="member">Becomes the common name, for people who look at a trace.</param>
    /// <param name="now">The clock's time.</param>
    /// <returns>With its private key; the caller disposes of it.</returns>
    /// <exception cref="InvalidOperationException">The key is not for TLS.</exception>
    public static X509Certificate2 Create(MemberKey key, MemberCode member, DateTimeOffset now)
    {
        if (key.Use != KeyUse.Tls)
        {
            throw new InvalidOperationException($"A {key.Use} key was used for TLS.");
        }

        using var ecdsa = key.ToEcdsa();
        var request = new CertificateRequest($"CN={member}", ecdsa, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ServerAuthentication), new Oid(ClientAuthentication)], critical: false));
        return request.CreateSelfSigned(now.AddDays(-1), now.AddYears(10));
    }
}
