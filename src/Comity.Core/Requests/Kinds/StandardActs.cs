using Comity.Core.Access.Officers;
using Comity.Core.Registers;
using Comity.Core.Requests.Kinds.Reading;

namespace Comity.Core.Requests.Kinds;

/// <summary>What every request has, whatever its kind, unless the kind declares an act of the same name. docs/requests.md lists them.</summary>
internal static class StandardActs
{
    private static readonly KindField Reason = Text("reason", true, new Words("Reason", "Motif"));

    public static IEnumerable<KindAct> For(Who who) =>
    [
        Act("acknowledge", RequestStep.Acknowledge, Side.Asked, new("Acknowledge", "Accuser réception"), who.Asked.Drafts, [],
            Text("remarks", false, new Words("Remarks", "Observations"))),
        Act("accept", RequestStep.Accept, Side.Asked, new("Accept", "Accepter"), who.Asked.Drafts, who.Asked.Approves,
            Field("by-when", FieldType.Date, false, new Words("Expected on", "Prévu pour le")),
            Text("remarks", false, new Words("Remarks", "Observations"))),
        Act("refuse", RequestStep.Refuse, Side.Asked, new("Refuse", "Refuser"), who.Asked.Drafts, who.Asked.Approves,
            Text("reasons", false, new Words("Reasons", "Motifs"))),
        Act("offer-conditions", RequestStep.OfferConditions, Side.Asked, new("Offer conditions", "Proposer des conditions"), who.Asked.Drafts, who.Asked.Approves,
            Text("details", false, new Words("Details of the conditions", "Précisions sur les conditions"))),
        Act("accept-conditions", RequestStep.AcceptConditions, Side.Asking, new("Accept the conditions", "Accepter les conditions"), who.Asking.Drafts, who.Asking.Approves),
        Act("report-use", RequestStep.ReportUse, Side.Asking, new("Report the use made", "Rendre compte de l’usage"), who.Asking.Drafts, [],
            Text("use", true, new Words("What the answer was used for", "Usage qui a été fait de la réponse"))) with { Repeats = true },
        Act("transfer", RequestStep.Transfer, Side.Asked, new("Hand over to another authority", "Transmettre à une autre autorité"), who.Asked.Drafts, who.Asked.Approves,
            Field("authority", FieldType.Contact, true, new Words("Authority", "Autorité")), Reason) with { Repeats = true },
        Act("withdraw", RequestStep.Withdraw, Side.Asking, new("Withdraw", "Retirer"), who.Asking.Drafts, [], Reason),
        Act("close", RequestStep.Close, Side.Asking, new("Close", "Clore"), who.Asking.Drafts, [], Text("remarks", false, new Words("Remarks", "Observations"))),
    ];

    private static KindAct Act(string name, RequestStep step, Side by, Words title, IReadOnlyList<Role> drafts, IReadOnlyList<Role> approves, params KindField[] fields) => new()
    {
        Name = name, Step = step, By = by, Title = title, Help = null, Drafts = drafts, Approves = approves, After = [], Repeats = false, Fields = fields,
    };

    private static KindField Text(string name, bool required, Words label) => Field(name, FieldType.LongText, required, label) with { Max = 4000 };

    private static KindField Field(string name, FieldType type, bool required, Words label) => new()
    {
        Name = name, Type = type, Label = label, Help = null, Required = required, When = null, IsList = false, Max = 0, Min = 0, MaxItems = 1, Choices = [], Outside = false,
        Register = null, Leaves = Leaving.WithAct,
    };
}
