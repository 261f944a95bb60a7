using System.Collections.Frozen;
using Comity.Core.Requests.Kinds;

namespace Comity.Core.Requests;

/// <summary>The two sides of a request.</summary>
public enum Party
{
    /// <summary>The member that asks.</summary>
    Asker,

    /// <summary>The member that is asked.</summary>
    Asked,
}

/// <summary>What can happen to a request. docs/protocol/request.md, section 3.</summary>
public enum EventType
{
    /// <summary>The asker asks: the first event, which every other has seen.</summary>
    Ask,

    /// <summary>The asked State's node has it.</summary>
    Deliver,

    /// <summary>Somebody at the asked State's desk has read it.</summary>
    Acknowledge,

    /// <summary>The asked State will do it.</summary>
    Accept,

    /// <summary>The asked State will not, on a ground.</summary>
    Refuse,

    /// <summary>The asked State would, on conditions.</summary>
    Offer,

    /// <summary>The asker binds itself to the conditions offered.</summary>
    Take,

    /// <summary>The asker does not take the conditions.</summary>
    Decline,

    /// <summary>The asked State has done what it was to do; the answer follows.</summary>
    CarryOut,

    /// <summary>One part of the answer.</summary>
    Part,

    /// <summary>The answer, or the last part of it.</summary>
    Answer,

    /// <summary>The asker says what use it made of the answer.</summary>
    ReportUse,

    /// <summary>What was kept or done for it is given up.</summary>
    Release,

    /// <summary>The asker has no more to do with it.</summary>
    Close,

    /// <summary>The asker does not want it any more.</summary>
    Withdraw,

    /// <summary>Passed on: to another authority of the asked State, or, where a member is named, not to be had here.</summary>
    Transfer,

    /// <summary>More time is asked for, or granted.</summary>
    Extend,

    /// <summary>A term ran out, by the asked State's calendar.</summary>
    Expire,

    /// <summary>The asked State stops a clock, for a reason.</summary>
    Pause,

    /// <summary>The clock goes on.</summary>
    Resume,

    /// <summary>The asked State's node says when terms end.</summary>
    Schedule,

    /// <summary>A node sends what was to leave once the other side had accepted.</summary>
    Supply,

    /// <summary>A message of either side.</summary>
    Message,
}

/// <summary>What is fixed for each type of event.</summary>
/// <param name="Type">The type.</param>
/// <param name="Text">As it is written.</param>
/// <param name="By">Whose act it is; null: of either.</param>
/// <param name="ByNode">Whether the node does it by itself, in the role <see cref="Authority.NodeRole"/>.</param>
/// <param name="Step">The kind's step that it is; null for what every request has, whatever its kind.</param>
/// <param name="Leads">The phase to which it leads; null where it leaves the phase as it is.</param>
/// <param name="From">The phases in which it has sense.</param>
public sealed record EventRule(EventType Type, string Text, Party? By, bool ByNode, RequestStep? Step, Phase? Leads, IReadOnlySet<Phase> From);

/// <summary>The rules of all types.</summary>
public static class EventTypes
{
    private static readonly Phase[] Undecided = [Phase.Delivered, Phase.Acknowledged, Phase.Transferred];
    private static readonly Phase[] Doing = [Phase.Accepted, Phase.CarriedOut, Phase.PartlyAnswered];
    private static readonly Phase[] Open = [.. Undecided, Phase.Offered, Phase.Declined, .. Doing];
    private static readonly Phase[] Ended = [Phase.Answered, Phase.UseReported, Phase.Refused, Phase.Withdrawn, Phase.TransferredAway, Phase.Expired];
    private static readonly Phase[] Any = [Phase.Sent, .. Open, .. Ended, Phase.Closed];

    private static readonly EventRule[] Rules =
    [
        Rule(EventType.Ask, "ask", Party.Asker, Phase.Sent, []),
        Rule(EventType.Deliver, "deliver", Party.Asked, Phase.Delivered, [Phase.Sent], node: true),
        Rule(EventType.Acknowledge, "acknowledge", Party.Asked, Phase.Acknowledged, [Phase.Delivered, Phase.Transferred]),
        Rule(EventType.Accept, "accept", Party.Asked, Phase.Accepted, [.. Undecided, Phase.Offered, Phase.Declined]),
        Rule(EventType.Refuse, "refuse", Party.Asked, Phase.Refused, Open),
        Rule(EventType.Offer, "offer", Party.Asked, Phase.Offered, [.. Undecided, Phase.Offered, Phase.Declined, Phase.Accepted, Phase.CarriedOut]),
        Rule(EventType.Take, "take", Party.Asker, Phase.Accepted, [Phase.Offered]),
        Rule(EventType.Decline, "decline", Party.Asker, Phase.Declined, [Phase.Offered]),
        Rule(EventType.CarryOut, "carry-out", Party.Asked, Phase.CarriedOut, [.. Undecided, .. Doing]),
        Rule(EventType.Part, "part", Party.Asked, Phase.PartlyAnswered, [.. Undecided, .. Doing, Phase.Expired]),
        Rule(EventType.Answer, "answer", Party.Asked, Phase.Answered, [.. Undecided, .. Doing, Phase.Expired]),
        Rule(EventType.ReportUse, "report-use", Party.Asker, null, [Phase.PartlyAnswered, Phase.Answered, Phase.UseReported, Phase.Closed]),
        Rule(EventType.Release, "release", null, null, [.. Doing, .. Ended, Phase.Closed]),
        Rule(EventType.Close, "close", Party.Asker, Phase.Closed, Ended),
        Rule(EventType.Withdraw, "withdraw", Party.Asker, Phase.Withdrawn, [Phase.Sent, .. Open]),
        Rule(EventType.Transfer, "transfer", Party.Asked, Phase.Transferred, [.. Undecided, Phase.Offered, Phase.Declined, Phase.Accepted]),
        Rule(EventType.Extend, "extend", null, null, [Phase.Sent, .. Open, Phase.Answered, Phase.UseReported]),
        Rule(EventType.Expire, "expire", Party.Asked, Phase.Expired, Open, node: true),
        Rule(EventType.Pause, "pause", Party.Asked, null, Open),
        Rule(EventType.Resume, "resume", Party.Asked, null, Open),
        Rule(EventType.Schedule, "schedule", Party.Asked, null, Any, node: true),
        Rule(EventType.Supply, "supply", null, null, [.. Doing, Phase.Answered, Phase.UseReported], node: true),
        Rule(EventType.Message, "message", null, null, Any),
    ];

    private static readonly FrozenDictionary<string, EventType> ByText = Rules.ToFrozenDictionary(rule => rule.Text, rule => rule.Type, StringComparer.Ordinal);

    /// <summary>All types.</summary>
    public static IReadOnlyList<EventType> All { get; } = Enum.GetValues<EventType>();

    /// <summary>What is fixed for a type.</summary>
    public static EventRule Rule(this EventType type) => Rules[(int)type];

    /// <summary>The type as it is written.</summary>
    public static string Text(this EventType type) => Rules[(int)type].Text;

    /// <summary>Reads a type as it is written.</summary>
    public static bool TryParse(string? text, out EventType type)
    {
        type = default;
        return text is not null && ByText.TryGetValue(text, out type);
    }

    /// <summary>The type that an act of a kind is.</summary>
    public static EventType Of(RequestStep step) => All.First(type => StepOf(type) == step);

    private static RequestStep? StepOf(EventType type) => type switch
    {
        EventType.Ask => RequestStep.Ask,
        EventType.Acknowledge => RequestStep.Acknowledge,
        EventType.Accept => RequestStep.Accept,
        EventType.Refuse => RequestStep.Refuse,
        EventType.Offer => RequestStep.OfferConditions,
        EventType.Take => RequestStep.AcceptConditions,
        EventType.CarryOut => RequestStep.CarryOut,
        EventType.Part => RequestStep.AnswerPart,
        EventType.Answer => RequestStep.Answer,
        EventType.ReportUse => RequestStep.ReportUse,
        EventType.Release => RequestStep.Release,
        EventType.Close => RequestStep.Close,
        EventType.Withdraw => RequestStep.Withdraw,
        EventType.Transfer => RequestStep.Transfer,
        EventType.Extend => RequestStep.Extend,
        _ => null,
    };

    private static EventRule Rule(EventType type, string text, Party? by, Phase? leads, Phase[] from, bool node = false) => new(type, text, by, node, StepOf(type), leads, from.ToFrozenSet());
}
