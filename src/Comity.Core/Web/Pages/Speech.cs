using System.Globalization;
using Comity.Core.Registers;

namespace Comity.Core.Web.Pages;

/// <summary>The two working languages.</summary>
public enum Language
{
    /// <summary>English.</summary>
    English = 0,

    /// <summary>French.</summary>
    French = 1,
}

/// <summary>How a page speaks to the person before it: the language, and the time at which it was made.</summary>
/// <param name="Language">The language.</param>
/// <param name="Now">The time of the page, UTC.</param>
public sealed record Speech(Language Language, DateTimeOffset Now)
{
    private const char NarrowSpace = '\u202f';

    /// <summary>The language's tag (BCP 47): en or fr.</summary>
    public string Tag => Language == Language.French ? "fr" : "en";

    /// <summary>One of two texts that say the same; French is set as it should be (apostrophes, no-break spaces).</summary>
    public string Say(string en, string fr) => Language == Language.French ? French.Set(fr) : en;

    /// <summary>One of two texts that say the same.</summary>
    public string Say(Words words) => Say(words.En, words.Fr);

    /// <summary>A whole number with its thousands apart: 12,345 or 12 345.</summary>
    public string Number(long number)
    {
        var text = number.ToString("N0", CultureInfo.InvariantCulture);
        return Language == Language.French ? text.Replace(',', NarrowSpace) : text;
    }

    /// <summary>How many of something: the number and the word for one or for several; French has the singular also for none.</summary>
    public string Count(long number, Words one, Words several) =>
        $"{Number(number)} {Say(Language == Language.French ? (number < 2 ? one : several) : number == 1 ? one : several)}";

    /// <summary>An instant in UTC: 09:14Z on the day of the page, else with its day.</summary>
    public string Time(DateTimeOffset at) => at.UtcDateTime.ToString(
        at.UtcDateTime.Date == Now.UtcDateTime.Date ? "HH:mm'Z'" : "yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture);

    /// <summary>How long ago, or in how long, in words: 3 minutes ago, in 2 days.</summary>
    public string Ago(DateTimeOffset at)
    {
        var past = at <= Now;
        var span = (Now - at).Duration();
        if (span < TimeSpan.FromSeconds(10))
        {
            return Say("now", "à l’instant");
        }

        var words = Length(span);
        return past ? Say($"{words} ago", $"il y a {words}") : Say($"in {words}", $"dans {words}");
    }

    /// <summary>A length of time in its largest unit: 3 minutes, 2 days.</summary>
    public string Length(TimeSpan span) => span switch
    {
        { TotalSeconds: < 60 } => Count((long)span.TotalSeconds, new("second", "seconde"), new("seconds", "secondes")),
        { TotalMinutes: < 60 } => Count((long)span.TotalMinutes, new("minute", "minute"), new("minutes", "minutes")),
        { TotalHours: < 48 } => Count((long)span.TotalHours, new("hour", "heure"), new("hours", "heures")),
        _ => Count((long)span.TotalDays, new("day", "jour"), new("days", "jours")),
    };

    /// <summary>Words in a row: a, b and c.</summary>
    public string List(IReadOnlyList<string> items) => items.Count < 2
        ? string.Concat(items)
        : string.Join(", ", items.Take(items.Count - 1)) + Say(" and ", " et ") + items[^1];
}
