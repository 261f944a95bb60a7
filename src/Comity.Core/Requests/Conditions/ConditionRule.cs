using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Core.Requests.Kinds;

namespace Comity.Core.Requests.Conditions;

/// <summary>A condition that binds this State: it accepted it, or the kind itself sets it.</summary>
/// <param name="Request">The request under which the data came.</param>
/// <param name="Name">The condition's name in the kind.</param>
/// <param name="Text">What stands on every print.</param>
/// <param name="Forbids">What may not happen.</param>
/// <param name="AsksFirst">What may happen once the originator has permitted it.</param>
public sealed record StandingCondition(string Request, string Name, Words Text, IReadOnlyList<Exit> Forbids, IReadOnlyList<Exit> AsksFirst)
{
    /// <summary>A kind's condition as it binds under a request, with the text that the officer added who offered it.</summary>
    public static StandingCondition Of(string request, KindCondition condition, string? added = null) => new(
        request, condition.Name,
        string.IsNullOrWhiteSpace(added) ? condition.Text : new Words($"{condition.Text.En} {added.Trim()}", $"{condition.Text.Fr} {added.Trim()}"),
        condition.Forbids, condition.AsksFirst);
}

/// <summary>What the originator permitted, for one condition and one exit.</summary>
/// <param name="Request">The request under which the data came.</param>
/// <param name="Condition">The condition's name.</param>
/// <param name="Exit">What is permitted.</param>
/// <param name="To">To whom, where it is forwarded or disclosed; null: to anybody.</param>
/// <param name="For">For which purpose, where it is attached to one; null: for any.</param>
/// <param name="Until">Until when; null: without end.</param>
public sealed record Permission(string Request, string Condition, Exit Exit, string? To = null, Purpose? For = null, DateTimeOffset? Until = null);

/// <summary>What somebody wants to do with data that another State supplied.</summary>
public abstract record ExitAct
{
    private ExitAct(Exit exit) => Exit = exit;

    /// <summary>Which way.</summary>
    public Exit Exit { get; }

    /// <summary>Write it to a file.</summary>
    public sealed record Export() : ExitAct(Exit.Export);

    /// <summary>Print it, or make a printable file of it.</summary>
    public sealed record Print() : ExitAct(Exit.Print);

    /// <summary>Pass it on to another State or organisation.</summary>
    /// <param name="To">Its code.</param>
    public sealed record Forward(MemberCode To) : ExitAct(Exit.Forward);

    /// <summary>Show it to somebody in this State outside the desk.</summary>
    /// <param name="To">To whom, as the desk names it: a court, the defence, an authority.</param>
    public sealed record Disclose(string To) : ExitAct(Exit.Disclose);

    /// <summary>Attach it to something that serves a purpose.</summary>
    /// <param name="Purpose">The purpose there.</param>
    /// <param name="SuppliedFor">The purpose for which it was supplied; the same purpose is no other, and then nothing is forbidden.</param>
    public sealed record Attach(Purpose Purpose, Purpose SuppliedFor) : ExitAct(Exit.AttachToOtherPurpose);
}

/// <summary>Whether an act may happen, and what stands on what leaves.</summary>
public abstract record ConditionVerdict
{
    private ConditionVerdict(IReadOnlyList<StandingCondition> standing) => Standing = standing;

    /// <summary>Every condition that binds: they go wherever the data go.</summary>
    public IReadOnlyList<StandingCondition> Standing { get; }

    /// <summary>It may.</summary>
    public sealed record Allowed(IReadOnlyList<StandingCondition> All) : ConditionVerdict(All);

    /// <summary>It may not before the originator has permitted it.</summary>
    /// <param name="All">Every condition that binds.</param>
    /// <param name="By">The conditions that demand permission.</param>
    public sealed record AskFirst(IReadOnlyList<StandingCondition> All, IReadOnlyList<StandingCondition> By) : ConditionVerdict(All);

    /// <summary>It may not.</summary>
    /// <param name="All">Every condition that binds.</param>
    /// <param name="By">The conditions that forbid it.</param>
    public sealed record Forbidden(IReadOnlyList<StandingCondition> All, IReadOnlyList<StandingCondition> By) : ConditionVerdict(All);
}

/// <summary>The one rule by which conditions bind. Whatever lets data out asks it first; there is no other place that decides.</summary>
public static class ConditionRule
{
    /// <summary>Decides.</summary>
    /// <param name="act">What somebody wants to do.</param>
    /// <param name="conditions">Everything that binds on the data; of several requests, all of them.</param>
    /// <param name="permissions">What the originators have permitted since.</param>
    /// <param name="now">The time.</param>
    /// <returns>Forbidden where any condition forbids it; else ask first where any demands permission that is not there; else allowed.</returns>
    public static ConditionVerdict Decide(ExitAct act, IReadOnlyList<StandingCondition> conditions, IReadOnlyList<Permission> permissions, DateTimeOffset now)
    {
        if (act is ExitAct.Attach attach && attach.Purpose == attach.SuppliedFor)
        {
            return new ConditionVerdict.Allowed(conditions);
        }

        var forbidding = conditions.Where(condition => condition.Forbids.Contains(act.Exit)).ToList();
        if (forbidding.Count > 0)
        {
            return new ConditionVerdict.Forbidden(conditions, forbidding);
        }

        var asking = conditions.Where(condition => condition.AsksFirst.Contains(act.Exit) && !permissions.Any(given => Covers(given, condition, act, now))).ToList();
        return asking.Count > 0 ? new ConditionVerdict.AskFirst(conditions, asking) : new ConditionVerdict.Allowed(conditions);
    }

    private static bool Covers(Permission given, StandingCondition condition, ExitAct act, DateTimeOffset now) =>
        given.Request == condition.Request && given.Condition == condition.Name && given.Exit == act.Exit && (given.Until is not { } until || now < until)
        && act switch
        {
            ExitAct.Forward forward => given.To is null || given.To == forward.To.ToString(),
            ExitAct.Disclose disclose => given.To is null || given.To == disclose.To,
            ExitAct.Attach attach => given.For is null || given.For == attach.Purpose,
            _ => true,
        };
}
