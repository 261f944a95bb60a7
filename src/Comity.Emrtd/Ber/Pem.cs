using System.Security.Cryptography;
using System.Text;

namespace Comity.Emrtd.Ber;

/// <summary>Text armour of certificates and lists (RFC 7468).</summary>
internal static class Pem
{
    /// <summary>The bytes inside the armour; the file itself where it has none.</summary>
    public static ReadOnlyMemory<byte> Decode(ReadOnlyMemory<byte> file, string label)
    {
        if (!file.Span.StartsWith("-----BEGIN"u8)) return file;
        var text = Encoding.Latin1.GetString(file.Span);
        if (!PemEncoding.TryFind(text, out var fields) || !text[fields.Label].EndsWith(label, StringComparison.Ordinal)) return file;
        return Convert.FromBase64String(text[fields.Base64Data]);
    }
}
