using System.Diagnostics.CodeAnalysis;

namespace Comity.Core.Members;

/// <summary>Names a register or a service, as in <c>travel-documents</c>: lower-case letters, digits and single hyphens, at most 40 characters, a letter first.</summary>
public readonly record struct RegisterName : ISpanParsable<RegisterName>, IComparable<RegisterName>
{
    private readonly string? _text;

    private RegisterName(string text) => _text = text;

    /// <summary>Reads a name with nothing around it.</summary>
    public static bool TryParse(ReadOnlySpan<char> s, out RegisterName result)
    {
        bool valid = Kebab.IsValid(s);
        result = valid ? new RegisterName(s.ToString()) : default;
        return valid;
    }

    /// <inheritdoc cref="TryParse(ReadOnlySpan{char}, out RegisterName)"/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out RegisterName result) => TryParse(s, out result);

    /// <inheritdoc cref="TryParse(ReadOnlySpan{char}, out RegisterName)"/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out RegisterName result) => TryParse(s.AsSpan(), out result);

    /// <summary>Reads a name that is known to be well formed.</summary>
    /// <exception cref="FormatException">It is not.</exception>
    public static RegisterName Parse(ReadOnlySpan<char> s, IFormatProvider? provider = null) =>
        TryParse(s, out var name) ? name : throw new FormatException("A register's name is " + Kebab.Rule + ".");

    /// <inheritdoc cref="Parse(ReadOnlySpan{char}, IFormatProvider?)"/>
    public static RegisterName Parse(string s, IFormatProvider? provider = null) => Parse(s.AsSpan(), provider);

    /// <summary>Alphabetic order.</summary>
    public int CompareTo(RegisterName other) => string.CompareOrdinal(_text, other._text);

    /// <summary>The name; empty for the default value, which names none.</summary>
    public override string ToString() => _text ?? "";
}
