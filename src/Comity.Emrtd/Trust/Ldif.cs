using System.Text;

namespace Comity.Emrtd.Trust;

/// <summary>What an entry of the public key directory holds.</summary>
public enum DirectoryItem
{
    /// <summary>A master list.</summary>
    MasterList,

    /// <summary>A certificate, mostly a document signer's.</summary>
    Certificate,

    /// <summary>A revocation list.</summary>
    RevocationList,

    /// <summary>A deviation list.</summary>
    DeviationList,
}

/// <summary>One value of an entry.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Content">Its bytes.</param>
/// <param name="Country">The country of the entry's name: two letters, raised; none where it has none.</param>
/// <param name="Line">Where its value starts in the file, from 1.</param>
/// <param name="Conformant">False where the directory keeps the entry among those that break the rules (<c>dc=nc-data</c>).</param>
public sealed record DirectoryEntry(DirectoryItem Kind, ReadOnlyMemory<byte> Content, string? Country, int Line, bool Conformant);

/// <summary>A line of the file that could not be used.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Words">What is wrong.</param>
public sealed record LdifFault(int Line, string Words);

/// <summary>The public key directory's export in LDIF (RFC 2849; Doc 9303-12 §5.4). Read as a stream: exports have hundreds of megabytes.</summary>
public static class Ldif
{
    private const int MaxValue = 64 * 1024 * 1024;

    /// <summary>Reads the entries one by one.</summary>
    /// <param name="reader">The file.</param>
    /// <param name="fault">Told of each line that could not be used; reading goes on.</param>
    public static IEnumerable<DirectoryEntry> Read(TextReader reader, Action<LdifFault>? fault = null)
    {
        string? name = null;
        foreach (var (line, text) in Unfold(reader, fault))
        {
            if (text.Length == 0)
            {
                name = null;
                continue;
            }
            var colon = text.IndexOf(':', StringComparison.Ordinal);
            if (text[0] == '#' || colon < 0) continue;
            var attribute = text[..colon].Split(';')[0];
            var encoded = colon + 1 < text.Length && text[colon + 1] == ':';
            var value = text[(colon + (encoded ? 2 : 1))..].Trim();
            if (attribute.Equals("dn", StringComparison.OrdinalIgnoreCase)) name = encoded ? Decoded(value, line, fault) : value;
            else if (KindOf(attribute) is { } kind && Bytes(value, encoded, line, fault) is { } content)
                yield return new(kind, content, Country(name), line, name?.Contains("dc=nc-data", StringComparison.OrdinalIgnoreCase) != true);
        }
    }

    private static DirectoryItem? KindOf(string attribute) => attribute.ToUpperInvariant() switch
    {
        "PKDMASTERLISTCONTENT" or "CSCAMASTERLISTDATA" or "CSCAMASTERLIST" => DirectoryItem.MasterList,
        "USERCERTIFICATE" or "CACERTIFICATE" => DirectoryItem.Certificate,
        "CERTIFICATEREVOCATIONLIST" => DirectoryItem.RevocationList,
        "PKDDEVIATIONLISTCONTENT" or "DEVIATIONLIST" => DirectoryItem.DeviationList,
        _ => null,
    };

    private static byte[]? Bytes(string value, bool encoded, int line, Action<LdifFault>? fault)
    {
        if (encoded)
        {
            var bytes = new byte[(value.Length / 4 * 3) + 3];
            if (Convert.TryFromBase64String(value, bytes, out var written)) return bytes[..written];
        }
        fault?.Invoke(new(line, "The value is not base64."));
        return null;
    }

    private static string? Decoded(string value, int line, Action<LdifFault>? fault) =>
        Bytes(value, true, line, fault) is { } bytes ? Encoding.UTF8.GetString(bytes) : null;

    private static string? Country(string? name)
    {
        var part = name?.Split(',').Select(p => p.Trim()).LastOrDefault(p => p.StartsWith("c=", StringComparison.OrdinalIgnoreCase));
        return part is { Length: 4 or 5 } ? part[2..].ToUpperInvariant() : null;
    }

    /// <summary>Joins the lines that a blank at their start continues.</summary>
    private static IEnumerable<(int Line, string Text)> Unfold(TextReader reader, Action<LdifFault>? fault)
    {
        var current = new StringBuilder();
        var (start, at) = (0, 0);
        var tooLong = false;
        while (reader.ReadLine() is { } line)
        {
            at++;
            if (line.StartsWith(' ') && start > 0)
            {
                if (current.Length > MaxValue) tooLong = true;
                else current.Append(line.AsSpan(1));
                continue;
            }
            if (start > 0)
            {
                if (tooLong) fault?.Invoke(new(start, "The value is too long."));
                else yield return (start, current.ToString());
            }
            current.Clear().Append(line);
            (start, tooLong) = (at, false);
        }
        if (start > 0 && !tooLong) yield return (start, current.ToString());
    }
}
