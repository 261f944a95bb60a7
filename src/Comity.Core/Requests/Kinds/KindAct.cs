using Comity.Core.Access.Officers;
using Comity.Core.Registers;

namespace Comity.Core.Requests.Kinds;

/// <summary>What an act does to a request, whatever the kind: the engine's table knows these.</summary>
public enum RequestStep
{
    /// <summary>Asks.</summary>
    Ask,

    /// <summary>Says that somebody has seen it.</summary>
    Acknowledge,

    /// <summary>Agrees to do it.</summary>
    Accept,

    /// <summary>Says no, with a ground.</summary>
    Refuse,

    /// <summary>Says on which conditions.</summary>
    OfferConditions,

    /// <summary>Takes the conditions; from then on they bind.</summary>
    AcceptConditions,

    /// <summary>Does part of what was asked, or says how it stands.</summary>
    CarryOut,

    /// <summary>Asks for, or grants, more time.</summary>
    Extend,

    /// <summary>Answers in part.</summary>
    AnswerPart,

    /// <summary>Answers.</summary>
    Answer,

    /// <summary>Says what use was made of the answer.</summary>
    ReportUse,

    /// <summary>Gives up what was kept or done for it.</summary>
    Release,

    /// <summary>Hands it to another authority.</summary>
    Transfer,

    /// <summary>Takes it back.</summary>
    Withdraw,

    /// <summary>Ends it.</summary>
    Close,
}

/// <summary>Something that one side does under a kind, and what must be said in doing so.</summary>
public sealed record KindAct
{
    /// <summary>Its name, one of a kind; also the name of the event that clocks start at.</summary>
    public required string Name { get; init; }

    /// <summary>What it does to the request.</summary>
    public required RequestStep Step { get; init; }

    /// <summary>Whose act it is.</summary>
    public required Side By { get; init; }

    /// <summary>What people call it.</summary>
    public required Words Title { get; init; }

    /// <summary>When and how to do it; null where the title says it.</summary>
    public required Words? Help { get; init; }

    /// <summary>The roles that may draft it; at least one.</summary>
    public required IReadOnlyList<Role> Drafts { get; init; }

    /// <summary>The roles of which a second person must approve it; empty where one person is enough.</summary>
    public required IReadOnlyList<Role> Approves { get; init; }

    /// <summary>Whether two persons must agree.</summary>
    public bool NeedsTwoPersons => Approves.Count > 0;

    /// <summary>Acts or events of which one must have happened before; empty where none.</summary>
    public required IReadOnlyList<string> After { get; init; }

    /// <summary>Whether it may be done more than once.</summary>
    public required bool Repeats { get; init; }

    /// <summary>What is said.</summary>
    public required IReadOnlyList<KindField> Fields { get; init; }

    /// <summary>The field with this name; null where there is none.</summary>
    public KindField? Field(string name) => Fields.FirstOrDefault(field => field.Name == name);
}

/// <summary>Events that every request has, whatever its kind, as clocks and acts name them.</summary>
public static class RequestEvents
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        "approved", "sent", "delivered", "acknowledged", "accepted", "refused", "conditions-offered", "conditions-accepted", "carried-out", "extended",
        "answered-in-part", "answered", "use-reported", "released", "transferred", "withdrawn", "closed",
    ];

    /// <summary>The event that an act of this step is.</summary>
    public static string Of(RequestStep step) => step switch
    {
        RequestStep.Ask => "sent",
        RequestStep.Acknowledge => "acknowledged",
        RequestStep.Accept => "accepted",
        RequestStep.Refuse => "refused",
        RequestStep.OfferConditions => "conditions-offered",
        RequestStep.AcceptConditions => "conditions-accepted",
        RequestStep.CarryOut => "carried-out",
        RequestStep.Extend => "extended",
        RequestStep.AnswerPart => "answered-in-part",
        RequestStep.Answer => "answered",
        RequestStep.ReportUse => "use-reported",
        RequestStep.Release => "released",
        RequestStep.Transfer => "transferred",
        RequestStep.Withdraw => "withdrawn",
        RequestStep.Close => "closed",
        _ => throw new ArgumentOutOfRangeException(nameof(step)),
    };
}
