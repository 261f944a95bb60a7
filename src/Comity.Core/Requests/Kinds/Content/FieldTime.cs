using System.Globalization;
using System.Text.RegularExpressions;
using Comity.Core.Registers;

namespace Comity.Core.Requests.Kinds.Content;

/// <summary>Reads days and instants.</summary>
internal static partial class FieldTime
{
    public static readonly Words InstantRule = new(
        "must be an instant with its offset, and its zone where it is known, as 2026-01-31T23:52:00+01:00[Europe/Paris]",
        "doit être un instant avec son décalage, et son fuseau s’il est connu, comme 2026-01-31T23:52:00+01:00[Europe/Paris]");

    /// <summary>A day of the calendar from 1900 to 2199; null where it is none.</summary>
    public static string? Date(string? text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is >= 1900 and <= 2199 ? text : null;

    /// <summary>An instant by RFC 3339, with the zone of RFC 9557 where it is given; seconds are always written. Null where it is none, or where zone and offset disagree.</summary>
    public static string? Instant(string? text) => TryInstant(text, out _, out var spelt) ? spelt : null;

    /// <summary>Reads an instant.</summary>
    public static bool TryInstant(string? text, out DateTimeOffset at, out string? spelt)
    {
        (at, spelt) = (default, null);
        if (text is not { Length: <= 90 } || Form().Match(text) is not { Success: true } match)
        {
            return false;
        }

        var seconds = match.Groups["seconds"].Success ? match.Groups["seconds"].Value : ":00";
        var offset = match.Groups["offset"].Value;
        var plain = match.Groups["minutes"].Value + seconds + offset;
        if (!DateTimeOffset.TryParseExact(plain, ["yyyy-MM-dd'T'HH:mm:sszzz", "yyyy-MM-dd'T'HH:mm:ss'Z'"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out at) || at.Year is < 1900 or > 2199)
        {
            return false;
        }

        var zone = match.Groups["zone"].Value;
        if (zone.Length > 0 && offset != "Z" && TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var known) && known.GetUtcOffset(at) != at.Offset)
        {
            return false;
        }

        spelt = plain + (zone.Length > 0 ? $"[{zone}]" : "");
        return true;
    }

    [GeneratedRegex(
        @"\A(?<minutes>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2})(?<seconds>:[0-9]{2})?(?<offset>Z|[+-][0-9]{2}:[0-9]{2})(\[(?<zone>[A-Za-z][A-Za-z0-9_+\-]*(/[A-Za-z0-9_+\-]+){0,2})\])?\z",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
