using System.Diagnostics.CodeAnalysis;

namespace Comity.Core.Access.Officers;

/// <summary>The name under which an officer signs in: 3 to 60 of a–z, 0–9, dot, hyphen and at sign, beginning with a letter.</summary>
public readonly record struct SignInName
{
    private readonly string? _text;

    private SignInName(string text) => _text = text;

    /// <summary>Reads a name; capitals and blanks around it make no difference.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out SignInName name)
    {
        var lower = text?.Trim().ToLowerInvariant() ?? "";
        var fits = lower.Length is >= 3 and <= 60 && char.IsAsciiLetterLower(lower[0]) && lower.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '-' or '@');
        name = fits ? new SignInName(lower) : default;
        return fits;
    }

    /// <summary>The name; empty for none.</summary>
    public override string ToString() => _text ?? "";
}
