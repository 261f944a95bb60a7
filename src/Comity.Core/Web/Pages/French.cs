using System.Buffers;

namespace Comity.Core.Web.Pages;

/// <summary>French as it is set: typographic apostrophes, and spaces before high punctuation at which no line breaks.</summary>
internal static class French
{
    private const char NoBreakSpace = '\u00a0', NarrowNoBreakSpace = '\u202f';

    private static readonly SearchValues<char> Marks = SearchValues.Create("':;?!«»");

    /// <summary>Sets a text; one that needs nothing comes back as it is.</summary>
    public static string Set(string text) => text.AsSpan().ContainsAny(Marks)
        ? string.Create(text.Length, text, static (set, text) =>
        {
            for (var i = 0; i < text.Length; i++)
            {
                set[i] = (text[i], Next(text, i), i > 0 ? text[i - 1] : ' ') switch
                {
                    (' ', ':' or '»', _) or (' ', _, '«') => NoBreakSpace,
                    (' ', ';' or '?' or '!', _) => NarrowNoBreakSpace,
                    ('\'', _, var before) when char.IsLetter(before) => '’',
                    var (c, _, _) => c,
                };
            }
        })
        : text;

    private static char Next(string text, int at) => at + 1 < text.Length ? text[at + 1] : '\0';
}
