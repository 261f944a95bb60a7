using System.Globalization;
using System.Text;

namespace Comity.Core.Members;

/// <summary>Shows a charter to people who are about to sign it or compare fingerprints.</summary>
public static class CharterText
{
    /// <summary>The charter in plain words: members with their root's fingerprint, registers, life, who signed and who is missing.</summary>
    /// <param name="charter">The charter.</param>
    /// <param name="previous">The one before, which says who must sign; null for the genesis.</param>
    /// <param name="now">The clock's time.</param>
    public static string Show(Charter charter, Charter? previous, DateTimeOffset now)
    {
        var text = new StringBuilder();
        Line(text, $"Charter {charter.Number} of the network {charter.Network}");
        Line(text, $"  hash      {charter.Hash.ToFingerprint()}");
        Line(text, $"  previous  {(charter.Previous is { } hash ? hash.ToFingerprint() : "none: this is the genesis")}");
        Line(text, $"  issued    {JsonField.Spell(charter.Issued)}");
        Line(text, $"  expires   {JsonField.Spell(charter.Expires)} ({Life(charter, now)})");
        Line(text, $"  threshold {charter.Threshold} of {charter.Members.Count(m => !m.Suspended)} members sign the next one");
        Line(text, $"  realms    {string.Join(", ", charter.Realms).ToLowerInvariant()}");
        Members(text, charter);
        Terms(text, charter);
        Signatures(text, charter, previous);
        return text.ToString();
    }

    private static string Life(Charter charter, DateTimeOffset now)
    {
        var left = charter.Expires - now;
        return left <= TimeSpan.Zero ? "EXPIRED: nothing is exchanged" : $"in {(int)left.TotalDays} days";
    }

    private static void Members(StringBuilder text, Charter charter)
    {
        foreach (var member in charter.Members.OrderBy(m => m.Code))
        {
            Line(text, $"");
            Line(text, $"{member.Code}  {member.Name.En} / {member.Name.Fr}{(member.Suspended ? "  SUSPENDED" : "")}");
            Line(text, $"  issues    {(member.Issues.Count == 0 ? "nothing" : string.Join(", ", member.Issues))}");
            Line(text, $"  address   {member.Address.GetLeftPart(UriPartial.Authority)}");
            Line(text, $"  contact   {member.Contact.Desk}, {member.Contact.Phone}, {member.Contact.Email}, {member.Contact.Hours}, {string.Join(" ", member.Contact.Languages)}");
            foreach (var (use, keys) in member.Keys.All)
            {
                Line(text, $"  {MemberKeys.Spell(use),-11}{keys.Current.Id.ToFingerprint()}");
                Line(text, $"    next     {keys.Next?.Id.ToFingerprint() ?? "none"}");
                if (keys.Retired.Count > 0)
                {
                    Line(text, $"    retired {keys.Retired.Count}");
                }
            }
        }
    }

    private static void Terms(StringBuilder text, Charter charter)
    {
        foreach (var register in charter.Registers)
        {
            Line(text, $"");
            Line(text, $"Register {register.Name}: {register.Mode.ToString().ToLowerInvariant()}, for {string.Join(", ", register.Purposes)}");
            Between(text, register.Between, "read what is published by");
            Line(text, $"  kept {register.Retention.TotalDays:0.##} days, stale after {register.StaleAfter}, erased within {register.ErasureWithin}");
            Revocations(text, register.RevocationMayBeStale);
        }

        foreach (var service in charter.Services)
        {
            Line(text, $"");
            Line(text, $"Service {service.Name}: for {string.Join(", ", service.Purposes)}");
            Between(text, service.Between, "ask");
            Revocations(text, service.RevocationMayBeStale);
        }

        foreach (var request in charter.Requests)
        {
            Line(text, $"");
            Line(text, $"Request {request.Kind}: for {string.Join(", ", request.Purposes)}");
            Between(text, request.Between, "ask");
            Line(text, $"  in the wording {string.Join(", ", request.Digests)}");
        }
    }

    private static void Revocations(StringBuilder text, bool mayBeStale) => Line(text, $"  while revocations cannot be fetched: {(mayBeStale ? "used with a warning" : "refused")}");

    private static void Between(StringBuilder text, IReadOnlyList<SharingPair> between, string verb)
    {
        foreach (var pair in between)
        {
            Line(text, $"  {Side(pair.Readers)} may {verb} {Side(pair.Owners)}");
        }
    }

    private static string Side(IReadOnlySet<MemberCode>? side) => side is null ? "every member" : string.Join(", ", side.Order());

    private static void Signatures(StringBuilder text, Charter charter, Charter? previous)
    {
        var tally = SignatureTally.Of(charter, previous);
        Line(text, $"");
        Line(text, $"Signatures: {(tally.IsComplete ? "complete" : "NOT COMPLETE")}");
        if (previous is not null)
        {
            Line(text, $"  {tally.Signed} of the members before signed, {tally.Needed} must");
        }

        foreach (var entry in tally.Standing)
        {
            Line(text, $"  {entry.Member}  {(entry.Signed ? "signed" : "has not signed")}");
        }

        foreach (var entry in tally.New)
        {
            Line(text, $"  {entry.Member}  new root: {(entry.Signed ? "signed" : "MISSING, must sign")}");
        }
    }

    private static void Line(StringBuilder text, FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
