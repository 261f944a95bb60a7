namespace Comity.Core.Members;

/// <summary>The spelling that names of registers, services, purposes and networks share.</summary>
internal static class Kebab
{
    public const int MaxLength = 40;

    public const string Rule = "lower-case letters, digits and single hyphens, at most 40 characters, a letter first";

    public static bool IsValid(ReadOnlySpan<char> s) =>
        s.Length is > 0 and <= MaxLength && char.IsAsciiLetterLower(s[0]) && s[^1] != '-' && !s.Contains("--", StringComparison.Ordinal)
        && !s.ContainsAnyExcept("abcdefghijklmnopqrstuvwxyz0123456789-");
}
