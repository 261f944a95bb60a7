using System.Text;
using Comity.Emrtd.Ber;

namespace Comity.Emrtd.Trust;

/// <summary>A name in a certificate. Two are equal where they say the same in the same order, whatever the case, spacing and string type of their parts.</summary>
/// <remarks>RFC 5280 §7.1.</remarks>
public sealed class DistinguishedName : IEquatable<DistinguishedName>
{
    private const char Separator = '\u0001';
    private readonly string _key;

    private DistinguishedName(ReadOnlyMemory<byte> raw, string text, string key, string? country) =>
        (Raw, Text, _key, Country) = (raw, text, key, country);

    /// <summary>The name as encoded.</summary>
    public ReadOnlyMemory<byte> Raw { get; }

    /// <summary>For people: <c>C=UT, O=Utopia, CN=CSCA</c>.</summary>
    public string Text { get; }

    /// <summary>The country as written, raised: two letters, three in some certificates; none where absent.</summary>
    public string? Country { get; }

    internal static DistinguishedName Read(Tlv name, DefectLog? log)
    {
        var shown = new List<string>();
        var keys = new List<string>();
        string? country = null;
        var sets = name.Inside(log);
        while (shown.Count < 64 && sets.TryNext(out var set))
        {
            var reader = set.Inside(log);
            while (shown.Count < 64 && reader.TryNext(Tag.Sequence, out var attribute))
            {
                var fields = attribute.Inside(log);
                if (!fields.TryNext(Tag.Oid, out var oid) || !fields.TryNext(out var value)) continue;
                var type = Short(ObjectIdentifier.Text(oid.Span));
                var text = Asn1Value.Text(value);
                shown.Add($"{type}={text}");
                var folded = Fold(text);
                keys.Add($"{type}={folded}");
                if (type == "C") country ??= folded.ToUpperInvariant();
            }
        }
        return new(name.Raw, string.Join(", ", shown), string.Join(Separator, keys), country);
    }

    /// <summary>Whether both say the same in any order: some signers write their issuer's parts in another one, which proves nothing against them.</summary>
    public bool SaysTheSame(DistinguishedName other) =>
        _key.Length == other._key.Length
        && _key.Split(Separator).Order(StringComparer.Ordinal).SequenceEqual(other._key.Split(Separator).Order(StringComparer.Ordinal));

    /// <inheritdoc />
    public bool Equals(DistinguishedName? other) => other is not null && _key == other._key;

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as DistinguishedName);

    /// <inheritdoc />
    public override int GetHashCode() => _key.GetHashCode(StringComparison.Ordinal);

    /// <summary>The name for people.</summary>
    public override string ToString() => Text;

    private static string Fold(string text)
    {
        var folded = new StringBuilder(text.Length);
        var space = false;
        foreach (var c in text.AsSpan().Trim())
        {
            if (char.IsWhiteSpace(c))
            {
                if (!space) folded.Append(' ');
                space = true;
                continue;
            }
            folded.Append(char.ToLowerInvariant(c));
            space = false;
        }
        return folded.ToString();
    }

    private static string Short(string oid) => oid switch
    {
        "2.5.4.3" => "CN",
        "2.5.4.5" => "SERIALNUMBER",
        "2.5.4.6" => "C",
        "2.5.4.7" => "L",
        "2.5.4.8" => "ST",
        "2.5.4.10" => "O",
        "2.5.4.11" => "OU",
        "1.2.840.113549.1.9.1" => "E",
        _ => oid,
    };
}
