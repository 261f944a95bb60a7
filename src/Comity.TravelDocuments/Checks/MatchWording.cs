using Comity.Core.Registers;
using Comity.TravelDocuments.Records;

namespace Comity.TravelDocuments.Checks;

/// <summary>Says in words why a record answers a probe.</summary>
internal static class MatchWording
{
    public static Words Of(DocumentMatch match, DocumentProbe probe)
    {
        var number = match.Number.ToString();
        var asked = probe.Number.ToString();
        return match.Strength switch
        {
            MatchStrength.Exact => new(
                $"The number {number} of {match.Issuer} is reported.",
                $"Le numéro {number} de {match.Issuer} est signalé."),
            MatchStrength.InRange => new(
                $"The number {number} of {match.Issuer} lies in a reported range of blank documents.",
                $"Le numéro {number} de {match.Issuer} se trouve dans une série signalée de documents vierges."),
            MatchStrength.NearOtherType => Near(
                $"{match.Issuer} reports the number {number} for a document of another type: {Class(match.Entry.Class).En}, not {Class(probe.Type?.Class).En}.",
                $"{match.Issuer} signale le numéro {number} pour un document d'un autre type : {Class(match.Entry.Class).Fr}, non {Class(probe.Type?.Class).Fr}."),
            _ => With(CheckDigit(match, probe), Near(
                $"{match.Issuer} reports the number {number}, and {asked} was asked: {Difference(match.Strength, asked, number).En}.",
                $"{match.Issuer} signale le numéro {number}, et {asked} a été demandé : {Difference(match.Strength, asked, number).Fr}.")),
        };
    }

    private static Words Near(string english, string french) =>
        new("Near, not a hit. " + english, "Proche, ce n'est pas une concordance. " + french);

    private static Words With(Words more, Words first) => new(first.En + more.En, first.Fr + more.Fr);

    private static Words Difference(MatchStrength strength, string asked, string reported)
    {
        var at = FirstDifference(asked, reported);
        return strength switch
        {
            MatchStrength.NearOptical => Lookalikes(asked, reported),
            MatchStrength.NearTransposed => new(
                $"the characters at places {at + 1} and {at + 2} are swapped",
                $"les caractères aux positions {at + 1} et {at + 2} sont intervertis"),
            MatchStrength.NearSubstituted => new(
                $"at place {at + 1} stands {reported[at]} instead of {asked[at]}",
                $"à la position {at + 1} figure {reported[at]} au lieu de {asked[at]}"),
            MatchStrength.NearMissing => new(
                $"the number asked lacks {reported[at]} at place {at + 1}",
                $"il manque {reported[at]} à la position {at + 1} du numéro demandé"),
            MatchStrength.NearExtra => new(
                $"the number asked has {asked[at]} too many at place {at + 1}",
                $"le numéro demandé a {asked[at]} de trop à la position {at + 1}"),
            _ => throw new ArgumentOutOfRangeException(nameof(strength)),
        };
    }

    private static Words Lookalikes(string asked, string reported)
    {
        var places = Enumerable.Range(0, asked.Length).Where(i => asked[i] != reported[i]).ToList();
        var english = string.Join(", ", places.Select(i => $"{reported[i]} for {asked[i]} at place {i + 1}"));
        var french = string.Join(", ", places.Select(i => $"{reported[i]} pour {asked[i]} à la position {i + 1}"));
        return new($"they differ only in characters that look alike ({english})", $"ils ne diffèrent que par des caractères qui se ressemblent ({french})");
    }

    private static Words CheckDigit(DocumentMatch match, DocumentProbe probe) => (match.Rank, probe.CheckDigit.Status) switch
    {
        (MatchRank.Likely, _) => new(
            " The check digit that was read fits the reported number and not the one asked.",
            " Le chiffre de contrôle lu convient au numéro signalé et non au numéro demandé."),
        (MatchRank.Unlikely, CheckDigitStatus.Verified) => new(
            " The check digit fits the number asked, which was therefore probably read right.",
            " Le chiffre de contrôle convient au numéro demandé, qui a donc probablement été bien lu."),
        (MatchRank.Unlikely, _) => new(
            " The check digit that was read fits neither number.",
            " Le chiffre de contrôle lu ne convient à aucun des deux numéros."),
        _ => new("", ""),
    };

    private static Words Class(DocumentClass? value) => value switch
    {
        DocumentClass.Passport => new("a passport", "un passeport"),
        DocumentClass.Card => new("a card", "une carte"),
        DocumentClass.Visa => new("a visa", "un visa"),
        _ => new("another document", "un autre document"),
    };

    private static int FirstDifference(string a, string b)
    {
        var common = a.AsSpan().CommonPrefixLength(b);
        return Math.Min(common, Math.Max(a.Length, b.Length) - 1);
    }
}
