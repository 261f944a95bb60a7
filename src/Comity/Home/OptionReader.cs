using System.Globalization;
using System.Net;
using Comity.Core.Members;
using Comity.Core.Requests.Clocks;

namespace Comity.Home;

/// <summary>Reads options one by one and collects what cannot be read, so that all of it is told at once.</summary>
internal sealed class OptionReader(IConfigurationSection section)
{
    private readonly HashSet<string> _known = new(StringComparer.OrdinalIgnoreCase);

    public List<string> Faults { get; } = [];

    public string Text(string name, string? otherwise)
    {
        _known.Add(name);
        return section[name] ?? otherwise!;
    }

    public MemberCode Member(string name)
    {
        string? text = Text(name, null);
        return MemberCode.TryParse(text, null, out var code) ? code
            : Wrong(name, text is null ? "is not set; it must be three letters A to Z" : $"is {text}; it must be three letters A to Z", code);
    }

    public CharterHash? Hash(string name) => Text(name, null) is not { } text ? null
        : CharterHash.TryParse(text, null, out var hash) ? hash
        : Wrong<CharterHash?>(name, "must be 64 hexadecimal digits", null);

    public long Number(string name, long otherwise) => Text(name, null) is not { } text ? otherwise
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number
        : Wrong(name, $"is {text}; it must be a whole number from 0 to {int.MaxValue}", otherwise);

    public TimeSpan Span(string name, TimeSpan otherwise) => Text(name, null) is not { } text ? otherwise
        : TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out var span) ? span
        : Wrong(name, $"is {text}; it must be a length of time as {otherwise} ([days.]hh:mm:ss)", otherwise);

    public Uri? Address(string name) => Text(name, null) is not { } text ? null
        : Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? uri
        : Wrong<Uri?>(name, $"is {text}; it must be an http or https address", null);

    public IPEndPoint EndPoint(string name, IPEndPoint otherwise) => Text(name, null) is not { } text ? otherwise
        // Without a port the library says 0, which nobody meant.
        : IPEndPoint.TryParse(text, out var point) && text.EndsWith($":{point.Port}", StringComparison.Ordinal) ? point
        : Wrong(name, $"is {text}; it must be an IP address and a port as {otherwise}", otherwise);

    /// <summary>When a unit works: a zone by its IANA name, days of the week and days by spaces, hours as 09:00-17:00.</summary>
    public WorkCalendar Calendar(string name)
    {
        var calendar = WorkCalendar.Default;
        if (Text(name + ":Zone", null) is { } zone)
        {
            calendar = TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found) ? calendar with { Zone = found } : Wrong(name + ":Zone", $"is {zone}; it must be a time zone as Europe/Paris", calendar);
        }

        if (Text(name + ":Weekend", null) is { } weekend)
        {
            var days = Words(weekend).Select(word => Enum.TryParse<DayOfWeek>(word, out var day) && Enum.IsDefined(day) && !char.IsAsciiDigit(word[0]) ? (DayOfWeek?)day : null).ToHashSet();
            calendar = days.Contains(null) || days.Count > 6 ? Wrong(name + ":Weekend", $"is {weekend}; it must be at most six days of the week as Saturday Sunday", calendar)
                : calendar with { Weekend = days.Select(day => day!.Value).ToHashSet() };
        }

        if (Text(name + ":Holidays", null) is { } holidays)
        {
            var days = Words(holidays).Select(word => DateOnly.TryParseExact(word, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? (DateOnly?)day : null).ToHashSet();
            calendar = days.Contains(null) || days.Count > 1000 ? Wrong(name + ":Holidays", "must be at most 1000 days as 2026-12-25 2026-12-26", calendar) : calendar with { Holidays = days.Select(day => day!.Value).ToHashSet() };
        }

        if (Text(name + ":Hours", null) is { } hours)
        {
            var times = hours.Split('-').Select(word => TimeOnly.TryParseExact(word, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? (TimeOnly?)time : null).ToList();
            calendar = times is [{ } opens, { } closes] && opens < closes ? calendar with { Opens = opens, Closes = closes } : Wrong(name + ":Hours", $"is {hours}; it must be as 09:00-17:00", calendar);
        }

        return calendar;
    }

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>A misspelt name would otherwise leave a default in force that nobody chose.</summary>
    public void RefuseOthers()
    {
        int prefix = section.Path.Length + 1;
        foreach (var (path, value) in section.AsEnumerable())
        {
            if (value is not null && path.Length > prefix && !_known.Contains(path[prefix..]))
            {
                Faults.Add($"{path} is no option.");
            }
        }
    }

    private T Wrong<T>(string name, string what, T instead)
    {
        Faults.Add(NodeOptions.Fault(name, what));
        return instead;
    }
}
