namespace Comity.TransparencyLog;

/// <summary>The rule of C2SP signed-note for the names of keys.</summary>
internal static class KeyName
{
    public const string Rule = "not empty, at most 255 characters, without spaces, control characters or '+'";
    private const int MaxLength = 255;

    public static bool IsValid(ReadOnlySpan<char> name)
    {
        if (name.IsEmpty || name.Length > MaxLength)
        {
            return false;
        }

        for (var i = 0; i < name.Length; i++)
        {
            if (name[i] == '+' || char.IsWhiteSpace(name[i]) || char.IsControl(name[i]))
            {
                return false;
            }

            if (char.IsSurrogate(name[i]) && !(i + 1 < name.Length && char.IsSurrogatePair(name[i], name[++i])))
            {
                return false;
            }
        }

        return true;
    }
}
