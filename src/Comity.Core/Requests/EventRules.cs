using Comity.Core.Access.Officers;
using Comity.Core.Requests.Kinds;

namespace Comity.Core.Requests;

/// <summary>Whether an event may stand, by its kind and by what its author had seen; nothing else is asked, so the answer is the same wherever and whenever.</summary>
internal static class EventRules
{
    /// <summary>Why an event cannot open a request of this kind; null where it can.</summary>
    public static EventFault? MayOpen(RequestKind kind, RequestEvent first)
    {
        var opening = first.Facts.Opening!;
        return first.From != first.Request.Asker ? EventFault.NotYourAct
            : opening.To == first.From ? EventFault.MemberWrong
            : opening.Kind != kind.Name || opening.KindDigest != kind.Digest || !kind.Urgencies.Contains(opening.Urgency) || !kind.Purposes.Contains(opening.Purpose) || first.Facts.Dues is not null
                || first.Facts.Act != RequestKind.Ask ? EventFault.WrongKind
            : Act(kind, first, Party.Asker);
    }

    /// <summary>Why an event is refused; null where it is not.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="opened">The first event that counts.</param>
    /// <param name="placed">The event.</param>
    /// <param name="view">How the request stood for its author; null where it had not seen the first event.</param>
    public static EventFault? Judge(RequestKind kind, RequestEvent opened, Placed placed, View? view)
    {
        var next = placed.Event;
        if (next.Id == opened.Id)
        {
            return null;
        }

        if (next.Type == EventType.Ask)
        {
            return EventFault.SecondOpening;
        }

        if (view is null || next.Request != opened.Request)
        {
            return EventFault.OtherOpening;
        }

        var party = next.From == opened.From ? Party.Asker : next.From == opened.Facts.Opening!.To ? Party.Asked : (Party?)null;
        return party is not { } side ? EventFault.Stranger
            : next.Type.Rule().By is { } owner && owner != side ? EventFault.NotYourAct
            : next.Facts.Dues is not null && side != Party.Asked ? EventFault.NotYourAct
            : Act(kind, next, side) ?? Sense(kind, next, view) ?? Facts(kind, opened, next, view);
    }

    /// <summary>The roles in which a side may do what every request has, whatever its kind.</summary>
    public static IEnumerable<Role> RolesOf(RequestKind kind, Party side) => kind.Acts.Where(act => IsOf(act.By, side)).SelectMany(act => act.Drafts).Distinct();

    /// <summary>Whether an act is a side's.</summary>
    public static bool IsOf(Side by, Party party) => by == Side.Either || by == (party == Party.Asker ? Side.Asking : Side.Asked);

    private static EventFault? Act(RequestKind kind, RequestEvent next, Party side)
    {
        if (next.Type.Rule().ByNode)
        {
            return next.By.Role == Authority.NodeRole ? null : EventFault.RoleMayNot;
        }

        var role = Roles.TryParse(next.By.Role, out var read) ? read : (Role?)null;
        if (next.Type.Rule().Step is not { } step)
        {
            return role is { } own && RolesOf(kind, side).Contains(own) ? null : EventFault.RoleMayNot;
        }

        return kind.Act(next.Facts.Act!) is not { } act || act.Step != step ? EventFault.ActUnknown
            : !IsOf(act.By, side) ? EventFault.NotYourAct
            : role is not { } claimed || !act.Drafts.Contains(claimed) ? EventFault.RoleMayNot
            : !act.NeedsTwoPersons ? null
            : next.Second is { } second && second.Officer != next.By.Officer && Roles.TryParse(second.Role, out var agreed) && act.Approves.Contains(agreed) ? null
            : EventFault.OnePerson;
    }

    private static EventFault? Sense(RequestKind kind, RequestEvent next, View view) =>
        !next.Type.Rule().From.Contains(view.Phase) ? EventFault.NoSense
        : next.Facts.Act is null || kind.Act(next.Facts.Act) is not { } act ? null
        : act.After.Count > 0 && !act.After.Any(view.Happened) ? EventFault.NotYet
        : !act.Repeats && view.Happened(act.Name) ? EventFault.OnceOnly
        : null;

    private static EventFault? Facts(RequestKind kind, RequestEvent opened, RequestEvent next, View view) => next.Type switch
    {
        EventType.Refuse => kind.Ground(next.Facts.Ground!) is null ? EventFault.GroundUnknown : null,
        EventType.Offer => next.Facts.Conditions.Any(name => kind.Condition(name) is not { Always: false }) ? EventFault.ConditionUnknown : null,
        EventType.Take or EventType.Decline => view.Offer?.Id == next.Facts.About ? null : EventFault.OtherOffer,
        EventType.Supply => view.Standing.Any(seen => seen.Id == next.Facts.About && seen.From == next.From && seen.Facts.Act is not null) ? null : EventFault.OtherOffer,
        EventType.Transfer => next.Facts.Member is { } member && (member == opened.From || member == opened.Facts.Opening!.To) ? EventFault.MemberWrong : null,
        EventType.Pause or EventType.Resume => Clock(kind, next) is not { MayPause: true } ? EventFault.ClockUnknown
            : view.Paused().ContainsKey(next.Facts.Clock!) == (next.Type == EventType.Pause) ? EventFault.ClockNotSo : null,
        EventType.Expire => Clock(kind, next) is not { End: ClockEnd.End or ClockEnd.Free } ? EventFault.ClockUnknown
            : view.Paused().ContainsKey(next.Facts.Clock!) || !view.Dues().TryGetValue(next.Facts.Clock!, out var due) ? EventFault.ClockNotSo
            : next.At < due ? EventFault.TooEarly : null,
        _ => null,
    };

    private static KindClock? Clock(RequestKind kind, RequestEvent next) => kind.Clocks.FirstOrDefault(clock => clock.Name == next.Facts.Clock);
}
