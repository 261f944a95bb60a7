using Comity.Core.Jose;

namespace Comity.Core.Members;

/// <summary>The rules that a charter keeps within itself, whoever signed it.</summary>
internal static class CharterRules
{
    public static void Check(Charter charter, JsonFaults faults)
    {
        CheckFrame(charter, faults);
        CheckMembers(charter, faults);
        CheckSharing(charter, faults);
    }

    private static void CheckFrame(Charter charter, JsonFaults faults)
    {
        if ((charter.Number == 1) != (charter.Previous is null))
        {
            faults.Add("$.previous", "must be null in charter 1 and a hash in every other");
        }

        if (charter.Expires <= charter.Issued || charter.Expires - charter.Issued > TimeSpan.FromDays(7 * Charter.MaxWeeks))
        {
            faults.Add("$.expires", $"must be after issued, by at most {Charter.MaxWeeks} weeks");
        }

        int able = charter.Members.Count(m => !m.Suspended);
        if (charter.Threshold > able)
        {
            faults.Add("$.threshold", $"must be at most {able}, the number of members that are not suspended");
        }
    }

    private static void CheckMembers(Charter charter, JsonFaults faults)
    {
        var codes = new HashSet<MemberCode>();
        var issuing = new Dictionary<IssuingCode, MemberCode>();
        var keys = new Dictionary<KeyId, string>();
        foreach (var (index, member) in charter.Members.Index())
        {
            string path = $"$.members[{index}]";
            if (!codes.Add(member.Code))
            {
                faults.Add($"{path}.code", $"{member.Code} is listed twice");
            }

            foreach (var code in member.Issues.Where(c => !issuing.TryAdd(c, member.Code)))
            {
                faults.Add($"{path}.issues", $"{code} belongs to {issuing[code]} already");
            }

            CheckKeys(member, path, keys, faults);
        }
    }

    // One key, one place: otherwise one holder could sign for two members, or a retired key come back.
    private static void CheckKeys(CharterMember member, string path, Dictionary<KeyId, string> seen, JsonFaults faults)
    {
        foreach (var (use, set) in member.Keys.All)
        {
            string place = $"{path}.keys.{MemberKeys.Spell(use)}";
            foreach (var key in set.All.Where(k => !seen.TryAdd(k.Id, place)))
            {
                faults.Add(place, $"key {key.Id} is listed at {seen[key.Id]} already");
            }
        }
    }

    private static void CheckSharing(Charter charter, JsonFaults faults)
    {
        var members = charter.Members.Select(m => m.Code).ToHashSet();
        var names = new HashSet<RegisterName>();
        foreach (var (index, register) in charter.Registers.Index())
        {
            CheckTerms($"$.registers[{index}]", register.Name, register.Between, members, names, faults);
            foreach (var quota in register.Quotas.Where(q => q.Member is { } m && !members.Contains(m)))
            {
                faults.Add($"$.registers[{index}].quotas", $"{quota.Member} is no member");
            }
        }

        foreach (var (index, service) in charter.Services.Index())
        {
            CheckTerms($"$.services[{index}]", service.Name, service.Between, members, names, faults);
        }

        HashSet<RegisterName> kinds = [];
        foreach (var (index, request) in charter.Requests.Index())
        {
            CheckTerms($"$.requests[{index}]", request.Kind, request.Between, members, kinds, faults);
        }
    }

    private static void CheckTerms(
        string path, RegisterName name, IReadOnlyList<SharingPair> between, HashSet<MemberCode> members, HashSet<RegisterName> names, JsonFaults faults)
    {
        if (!names.Add(name))
        {
            faults.Add($"{path}.name", $"{name} is listed twice");
        }

        foreach (var (index, pair) in between.Index())
        {
            foreach (var stranger in (pair.Owners ?? members).Concat(pair.Readers ?? members).Where(c => !members.Contains(c)))
            {
                faults.Add($"{path}.between[{index}]", $"{stranger} is no member");
            }
        }
    }
}
