using Comity.Core.Registers;
using Comity.Core.Web.Pages;
using Comity.TravelDocuments.Checks;

namespace Comity.TravelDocuments.Pages;

/// <summary>An outcome in the large plain words of the check page.</summary>
internal static class OutcomeWords
{
    /// <summary>The word for an outcome by its code.</summary>
    public static Words Word(string outcome) => outcome switch
    {
        "hit" => new("Hit", "Concordance"),
        "noHit" => new("No record", "Aucun signalement"),
        _ => new("Incomplete", "Incomplet"),
    };

    /// <summary>The colour of its tag.</summary>
    public static string Colour(string outcome) => outcome switch
    {
        "hit" => "govuk-tag--red",
        "noHit" => "govuk-tag--grey",
        _ => "govuk-tag--yellow",
    };

    /// <summary>The outcome in one line, with the time up to which it is true: never "clear", but "no record as of".</summary>
    public static string Short(CheckDocument.Response check, Speech speech) => check.Outcome == "noHit"
        ? speech.Say($"No record as of {speech.Time(AsOf(check))}", $"Aucun signalement à {speech.Time(AsOf(check))}")
        : speech.Say(Word(check.Outcome));

    /// <summary>Up to when the outcome is true for every member that can be answered for.</summary>
    public static DateTimeOffset AsOf(CheckDocument.Response check) => check.Members.Where(member => !Silent(member)).Select(member => member.AsOf).Append(check.At).Min()!.Value;

    /// <summary>The members of whom nothing, or nothing recent, is known.</summary>
    public static IReadOnlyList<CheckDocument.StandingView> SilentOf(CheckDocument.Response check) => [.. check.Members.Where(Silent)];

    /// <summary>How a member stands.</summary>
    public static Words State(string state) => Enum.Parse<StandingState>(state) switch
    {
        StandingState.Own => new("this State’s own records", "signalements de cet État"),
        StandingState.Fresh => new("up to date", "à jour"),
        StandingState.Stale => new("older than the charter allows", "plus ancien que la charte ne le permet"),
        StandingState.Never => new("nothing was ever received", "rien n’a jamais été reçu"),
        StandingState.Quarantined => new("feed in quarantine", "flux en quarantaine"),
        StandingState.Answered => new("answered", "a répondu"),
        StandingState.Silent => new("did not answer", "n’a pas répondu"),
        StandingState.Refused => new("refused", "a refusé"),
        _ => new("suspended by the network", "suspendu par le réseau"),
    };

    private static bool Silent(CheckDocument.StandingView member) => new MemberStanding(default, Enum.Parse<StandingState>(member.State), null).Incomplete;
}
