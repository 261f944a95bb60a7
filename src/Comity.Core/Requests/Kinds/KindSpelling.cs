using Comity.Core.Requests.Conditions;

namespace Comity.Core.Requests.Kinds;

/// <summary>How a kind's file spells what the code has names for.</summary>
internal static class KindSpelling
{
    public static string Of(TermUnit unit, int amount) => unit switch
    {
        TermUnit.Minutes => "minute",
        TermUnit.Hours => "hour",
        TermUnit.Days => "day",
        TermUnit.WorkingHours => "working-hour",
        TermUnit.WorkingDays => "working-day",
        _ => throw new ArgumentOutOfRangeException(nameof(unit)),
    } + (amount == 1 ? "" : "s");

    /// <summary>A name of the code as files spell it: <c>LongText</c> is <c>long-text</c>.</summary>
    public static string Of<T>(T value)
        where T : struct, Enum => string.Concat(value.ToString().Select((c, i) => char.IsAsciiLetterUpper(c) ? (i > 0 ? "-" : "") + char.ToLowerInvariant(c) : c.ToString()));

    /// <summary>Every spelling with its value.</summary>
    public static IReadOnlyList<(string Spelling, T Value)> All<T>()
        where T : struct, Enum => [.. Enum.GetValues<T>().Select(value => (Of(value), value))];

    /// <summary>An exit as the API and the ledger call it.</summary>
    public static string Text(this Exit exit) => Of(exit);
}
