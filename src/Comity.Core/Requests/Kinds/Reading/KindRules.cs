namespace Comity.Core.Requests.Kinds.Reading;

/// <summary>What must hold between the parts of a kind.</summary>
internal static class KindRules
{
    /// <summary>The most fields of one act.</summary>
    public const int MostFields = 80;

    public static void Check(RequestKind kind, KindPart file)
    {
        CheckAsk(kind, file);
        foreach (var act in kind.Acts.Where(act => file["acts"][act.Name].IsPresent))
        {
            CheckAct(kind, act, file["acts"][act.Name]);
        }

        foreach (var clock in kind.Clocks)
        {
            CheckClock(kind, clock, file["clocks"][clock.Name]);
        }

        CheckSources(kind, file);
        foreach (var condition in kind.Conditions.Where(condition => condition.Forbids.Intersect(condition.AsksFirst).Any()))
        {
            file["conditions"][condition.Name].Fault("forbids what it also lets happen with permission");
        }

        foreach (var followUp in kind.FollowUps)
        {
            CheckFollowUp(kind, followUp, file["follow-ups"][followUp.Name]);
        }

        CheckForm(kind, file["form"]);
    }

    private static void CheckAsk(RequestKind kind, KindPart file)
    {
        if (kind.Act(RequestKind.Ask) is not { } ask || !file["acts"][RequestKind.Ask].IsPresent)
        {
            file["acts"].Fault("must declare the act ask");
            return;
        }

        var part = file["acts"][RequestKind.Ask];
        if (ask.Step != RequestStep.Ask || ask.By != Side.Asking)
        {
            part.Fault("must have the step ask, by asking");
        }

        if (ask.Fields.Count == 0)
        {
            part["fields"].Fault("is missing");
        }

        foreach (var other in kind.Acts.Where(act => act.Step == RequestStep.Ask && act.Name != RequestKind.Ask))
        {
            file["acts"][other.Name]["step"].Fault("is for the act ask alone");
        }

        if (!kind.Acts.Any(act => act.Step == RequestStep.Answer))
        {
            file["acts"].Fault("must have an act with the step answer");
        }
    }

    private static void CheckAct(RequestKind kind, KindAct act, KindPart part)
    {
        if (SideOf(act.Step) is { } side && act.By != side)
        {
            part["by"].Fault($"must be {KindSpelling.Of(side)} for the step {KindSpelling.Of(act.Step)}");
        }

        Named(part["after"], act.After, name => IsEvent(kind, name) && name != act.Name, "another act or an event");
        foreach (var (index, field) in act.Fields.Index())
        {
            CheckField(act, field, index, part["fields"][field.Name]);
        }
    }

    // An act that only one side can do in any kind.
    private static Side? SideOf(RequestStep step) => step switch
    {
        RequestStep.AcceptConditions or RequestStep.ReportUse or RequestStep.Withdraw or RequestStep.Close => Side.Asking,
        RequestStep.Acknowledge or RequestStep.Accept or RequestStep.Refuse or RequestStep.OfferConditions or RequestStep.CarryOut or RequestStep.AnswerPart
            or RequestStep.Answer or RequestStep.Transfer => Side.Asked,
        _ => null,
    };

    private static void CheckField(KindAct act, KindField field, int index, KindPart part)
    {
        Only(part["choices"], field.Type == FieldType.Choice, "choice");
        Only(part["register"], field.Type == FieldType.Subject, "subject");
        Only(part["outside"], field.Type == FieldType.Member, "member");
        Only(part["min"], field.Type == FieldType.Number, "number");
        Only(part["max"], field.Type is FieldType.Text or FieldType.LongText or FieldType.Number or FieldType.Attachment or FieldType.Subject, "text, long-text, number, attachment or subject");
        if (field.Type == FieldType.Choice && field.Choices.Count < 2)
        {
            part["choices"].Fault("must be at least two");
        }

        if (field.Type == FieldType.Subject && field.Register is null)
        {
            part["register"].Fault("is missing: whose subjects are read?");
        }

        if (field.Min > field.Max)
        {
            part["min"].Fault("is more than max");
        }

        if (part["at-most"].IsPresent && !field.IsList)
        {
            part["at-most"].Fault("is for lists");
        }

        if (field.When is { } when)
        {
            CheckWhen(act, when, index, part["when"]);
        }
    }

    private static void Only(KindPart part, bool allowed, string types)
    {
        if (part.IsPresent && !allowed)
        {
            part.Fault($"is for the type {types}");
        }
    }

    private static void CheckWhen(KindAct act, FieldCondition when, int index, KindPart part)
    {
        var other = act.Fields.Take(index).FirstOrDefault(field => field.Name == when.Field && !field.IsList && field.Type is FieldType.Choice or FieldType.YesNo);
        if (other is null)
        {
            part["field"].Fault("must be a choice or yes-no of the same act that stands before this field");
            return;
        }

        Named(part["is"], when.Is, value => other.Type == FieldType.YesNo ? value is "yes" or "no" : other.Choices.Any(choice => choice.Name == value), "a value of that field");
    }

    private static void CheckClock(RequestKind kind, KindClock clock, KindPart part)
    {
        Named(part["starts"], clock.Starts, name => IsEvent(kind, name), "an act or an event");
        Named(part["stops"], clock.Stops, name => IsEvent(kind, name), "an act or an event");
        if (clock.FromField is { } from
            && (clock.Starts is not [var first, ..] || kind.Act(first)?.Field(from) is not { Type: FieldType.Instant or FieldType.Date, IsList: false }))
        {
            part["from"].Fault("must be a date or an instant, in no list, of the act that starts names first");
        }

        if (clock.Before && (clock.FromField is null || clock.Terms.Count == 0))
        {
            part["before"].Fault("needs from and a term");
        }

        foreach (var term in clock.Terms.Where(term => term is { AtLeast: { } least, AtMost: { } most } && least.Unit == most.Unit && least.Amount > most.Amount))
        {
            part["at-least"].Fault("is longer than at-most");
        }

        foreach (var term in clock.Terms.Where(term => term.Urgency is { } urgency && !kind.Urgencies.Contains(urgency)))
        {
            part.Fault($"has a term for {KindSpelling.Of(term.Urgency!.Value)}, which this kind has not");
        }

        if (clock.Alarms.Count > 0 && clock.Terms.Count == 0 && clock.FromField is null)
        {
            part["alarms"].Fault("is for a clock with a term");
        }
    }

    private static void CheckSources(RequestKind kind, KindPart file)
    {
        foreach (var (part, source) in kind.Clocks.Select(clock => (file["clocks"][clock.Name], clock.Source))
            .Concat(kind.Grounds.Select(ground => (file["grounds"][ground.Name], ground.Source)))
            .Concat(kind.Conditions.Select(condition => (file["conditions"][condition.Name], condition.Source))))
        {
            if (source is not (null or "") && kind.Source(source) is null)
            {
                part["source"].Fault("is not among the sources");
            }
        }
    }

    private static void CheckFollowUp(RequestKind kind, FollowUp followUp, KindPart part)
    {
        if (kind.Act(followUp.After) is not { } after)
        {
            part["after"].Fault("must be an act");
            return;
        }

        if (followUp.To is { } to && after.Field(to) is not { Type: FieldType.Member, IsList: false })
        {
            part["to"].Fault($"must be a member, in no list, of the act {after.Name}");
        }

        foreach (var fill in followUp.Fills.Where(fill => fill.Act.Length > 0 && kind.Act(fill.Act)?.Field(fill.From) is null))
        {
            part["fills"][fill.Field].Fault("must be an act and its field, as ask.offence");
        }
    }

    private static void CheckForm(RequestKind kind, KindPart part)
    {
        if (kind.Act(RequestKind.Ask) is not { } ask || !part.IsPresent)
        {
            return;
        }

        var printed = kind.Form.Sections.SelectMany(section => section.Fields).ToList();
        Named(part["sections"], printed, name => ask.Field(name) is { Leaves: not Leaving.Never }, "a field of ask that leaves");
        foreach (var twice in printed.GroupBy(name => name, StringComparer.Ordinal).Where(group => group.Count() > 1))
        {
            part["sections"].Fault($"prints {twice.Key} twice");
        }

        foreach (var left in ask.Fields.Where(field => field.Leaves != Leaving.Never && !printed.Contains(field.Name)))
        {
            part["sections"].Fault($"leaves out {left.Name}");
        }
    }

    private static bool IsEvent(RequestKind kind, string name) => kind.Act(name) is not null || RequestEvents.All.Contains(name);

    private static void Named(KindPart part, IEnumerable<string> names, Func<string, bool> isKnown, string what)
    {
        foreach (var name in names.Where(name => name.Length > 0 && !isKnown(name)))
        {
            part.Fault($"names {Jose.Quote.Brief(name)}, which is not {what}");
        }
    }
}
