using System.Diagnostics.CodeAnalysis;

namespace Comity.Core.Members;

/// <summary>Names what information may be used for, as in <c>border-control</c>: lower-case letters, digits and single hyphens, at most 40 characters, a letter first.</summary>
public readonly record struct Purpose : ISpanParsable<Purpose>, IComparable<Purpose>
{
    private readonly string? _text;

    private Purpose(string text) => _text = text;

    /// <summary>Reads a name with nothing around it.</summary>
    public static bool TryParse(ReadOnlySpan<char> s, out Purpose result)
    {
        bool valid = Kebab.IsValid(s);
        result = valid ? new Purpose(s.ToString()) : default;
        return valid;
    }

    /// <inheritdoc cref="TryParse(ReadOnlySpan{char}, out Purpose)"/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out Purpose result) => TryParse(s, out result);

    /// <inheritdoc cref="TryParse(ReadOnlySpan{char}, out Purpose)"/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Purpose result) => TryParse(s.AsSpan(), out result);

    /// <summary>Reads a name that is known to be well formed.</summary>
    /// <exception cref="FormatException">It is not.</exception>
    public static Purpose Parse(ReadOnlySpan<char> s, IFormatProvider? provider = null) =>
        TryParse(s, out var name) ? name : throw new FormatException("A purpose is " + Kebab.Rule + ".");

    /// <inheritdoc cref="Parse(ReadOnlySpan{char}, IFormatProvider?)"/>
    public static Purpose Parse(string s, IFormatProvider? provider = null) => Parse(s.AsSpan(), provider);

    /// <summary>Alphabetic order.</summary>
    public int CompareTo(Purpose other) => string.CompareOrdinal(_text, other._text);

    /// <summary>The name; empty for the default value, which is no purpose.</summary>
    public override string ToString() => _text ?? "";
}
