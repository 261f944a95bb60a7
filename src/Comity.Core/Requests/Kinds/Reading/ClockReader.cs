namespace Comity.Core.Requests.Kinds.Reading;

/// <summary>Reads clocks and their terms.</summary>
internal static class ClockReader
{
    private const int MostNames = 20;

    public static KindClock Read(string name, KindPart part)
    {
        part.Knows("en", "fr", "owed", "starts", "from", "before", "stops", "at-least", "at-most", "alarms", "end", "may-pause", "source");
        return new KindClock
        {
            Name = name,
            Title = part.Words(),
            Owed = part["owed"].OneOf<Side>(),
            Starts = part["starts"].Names(1, MostNames),
            FromField = part["from"].IsPresent ? part["from"].Name() : null,
            Before = part["before"].Flag(),
            Stops = part["stops"].Names(1, MostNames),
            Terms = ReadTerms(part["at-least"], part["at-most"]),
            Alarms = part["alarms"].List(0, 10, alarm => alarm.Term()),
            End = part["end"].OneOf(ClockEnd.Tell),
            MayPause = part["may-pause"].Flag(),
            Source = part["source"].IsPresent ? part["source"].Name() : null,
        };
    }

    /// <summary>One term for all, or one for each urgency that is named.</summary>
    private static List<ClockTerm> ReadTerms(KindPart atLeast, KindPart atMost)
    {
        if (!atLeast.IsMapping && !atMost.IsMapping)
        {
            return atLeast.IsPresent || atMost.IsPresent ? [Of(null, atLeast, atMost)] : [];
        }

        foreach (var part in new[] { atLeast, atMost }.Where(part => part.IsMapping))
        {
            part.Knows([.. KindSpelling.All<Urgency>().Select(one => one.Spelling)]);
        }

        return [.. KindSpelling.All<Urgency>()
            .Select(one => (one.Value, Least: atLeast.IsMapping ? atLeast[one.Spelling] : atLeast, Most: atMost.IsMapping ? atMost[one.Spelling] : atMost))
            .Where(one => one.Least.IsPresent || one.Most.IsPresent)
            .Select(one => Of(one.Value, one.Least, one.Most))];
    }

    private static ClockTerm Of(Urgency? urgency, KindPart atLeast, KindPart atMost) =>
        new(urgency, atLeast.IsPresent ? atLeast.Term() : null, atMost.IsPresent ? atMost.Term() : null);
}
