using System.Diagnostics.CodeAnalysis;

namespace Comity.Core.Members;

/// <summary>Names a member: three letters A to Z, the ISO 3166-1 alpha-3 code or the one that ICAO Doc 9303 part 3, section 5 gives.</summary>
public readonly record struct MemberCode : ISpanParsable<MemberCode>, IComparable<MemberCode>
{
    private readonly string? _text;

    private MemberCode(string text) => _text = text;

    /// <summary>Reads exactly three capital letters.</summary>
    public static bool TryParse(ReadOnlySpan<char> s, out MemberCode result)
    {
        bool valid = s.Length == 3 && !s.ContainsAnyExceptInRange('A', 'Z');
        result = valid ? new MemberCode(s.ToString()) : default;
        return valid;
    }

    /// <inheritdoc cref="TryParse(ReadOnlySpan{char}, out MemberCode)"/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out MemberCode result) => TryParse(s, out result);

    /// <inheritdoc cref="TryParse(ReadOnlySpan{char}, out MemberCode)"/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out MemberCode result) => TryParse(s.AsSpan(), out result);

    /// <summary>Reads a code that is known to be well formed.</summary>
    /// <exception cref="FormatException">It is not.</exception>
    public static MemberCode Parse(ReadOnlySpan<char> s, IFormatProvider? provider = null) =>
        TryParse(s, out var code) ? code : throw new FormatException("A member is named by three letters A to Z.");

    /// <inheritdoc cref="Parse(ReadOnlySpan{char}, IFormatProvider?)"/>
    public static MemberCode Parse(string s, IFormatProvider? provider = null) => Parse(s.AsSpan(), provider);

    /// <summary>Alphabetic order.</summary>
    public int CompareTo(MemberCode other) => string.CompareOrdinal(_text, other._text);

    /// <summary>The three letters; empty for the default value, which names nobody.</summary>
    public override string ToString() => _text ?? "";
}
