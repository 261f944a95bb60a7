using System.CommandLine;
using System.Text.Json.Nodes;
using Comity.Core;
using Comity.Core.Jose;
using Comity.Core.Members;
using Comity.Home;
using Comity.TravelDocuments;

namespace Comity.Commands;

/// <summary><c>comity charter</c>: drawing up, signing, showing and verifying charters; works offline, without a node.</summary>
public static class CharterCommands
{
    /// <summary>The command with its verbs.</summary>
    /// <param name="clock">The time.</param>
    public static Command Create(TimeProvider clock) => new("charter", "The document that says who the members are and what they share.")
    {
        New(clock), Add(), CharterSigning.Create(), Show(clock), Verify(clock),
    };

    private static Command New(TimeProvider clock)
    {
        var network = new Option<string?>("--network") { Description = "The network's short name; for its first charter.", HelpName = "NAME" };
        var after = new Option<string?>("--after") { Description = "The charter before; the new one begins as the same.", HelpName = "CHARTER" };
        var home = new Option<string?>("--home") { Description = "With --after: a node's home, whose accepted notices (rotations, revocations) are taken into account.", HelpName = "DIR" };
        var weeks = new Option<int>("--weeks") { Description = $"How long it lives, 1 to {Charter.MaxWeeks}. Default: 8.", DefaultValueFactory = _ => 8 };
        var threshold = new Option<int?>("--threshold") { Description = "How many members must sign the next one. Default: 1, or as before." };
        var template = new Option<string?>("--template") { Description = "A JSON file whose realms, registers and services are used.", HelpName = "FILE" };
        var output = new Option<string>("--out") { Description = "The draft to write. Default: charter.json.", DefaultValueFactory = _ => "charter.json", HelpName = "DRAFT" };
        var force = CommonOptions.Force();
        var command = new Command("new", "Begins a draft: plain JSON that people may edit before it is signed.") { network, after, home, weeks, threshold, template, output, force };
        Reply.Answers(command, (parsed, reply) =>
        {
            int life = parsed.GetValue(weeks);
            if (life is < 1 or > Charter.MaxWeeks)
            {
                return reply.Refused($"--weeks: is {life}; it must be 1 to {Charter.MaxWeeks}");
            }

            if (!TryBegin(parsed.GetValue(network), parsed.GetValue(after), parsed.GetValue(home), life, clock.GetUtcNow(), out var draft, out string? fault)
                || !TryUseTemplate(draft!, parsed.GetValue(template), out fault))
            {
                return reply.Refused(fault!);
            }

            if (parsed.GetValue(threshold) is { } needed)
            {
                draft!.Json["threshold"] = needed;
            }

            string file = parsed.GetRequiredValue(output);
            return CommandFile.TryWrite(file, draft!.ToJson(), parsed.GetValue(force), out fault)
                ? reply.Fact("draft", file).Fact("number", draft.Json["number"]?.DeepClone()).Fact("expires", draft.Json["expires"]?.DeepClone())
                    .Say($"next: comity charter add {file} APPLICATION…, then comity charter sign {file}").Done()
                : reply.Refused(fault);
        });
        return command;
    }

    private static bool TryBegin(string? network, string? after, string? home, int weeks, DateTimeOffset now, out CharterDraft? draft, out string? fault)
    {
        draft = null;
        fault = (network, after, home) switch
        {
            (null, null, _) => "--network: names the network of a first charter; for a later one give --after",
            (not null, not null, _) => "--network: goes without --after, which names the network already",
            (_, null, not null) => "--home: goes with --after only",
            // Register names are spelt by the same rule.
            ({ } name, _, _) when !RegisterName.TryParse(name, null, out _) => "--network: must be lower-case letters, digits and single hyphens, at most 40 characters, a letter first",
            _ => null,
        };
        if (fault is null && after is null)
        {
            draft = CharterDraft.New(network!, now, weeks);
            draft.Put(TravelDocuments);
        }
        else if (fault is null && CharterFile.TryRead(after!, out var previous, out fault) && TryNotices(home, out var notices, out fault))
        {
            draft = CharterDraft.After(previous, notices!, now, weeks);
        }

        return draft is not null;
    }

    private static bool TryNotices(string? home, out NoticeBoard? notices, out string? fault)
    {
        notices = NoticeBoard.Empty;
        fault = null;
        if (home is null)
        {
            return true;
        }

        if (!NodeHome.TryOpen(home, out var opened, out var faults))
        {
            fault = string.Join("; ", faults);
            return false;
        }

        notices = StoredNetwork.Load(opened).Notices;
        return true;
    }

    /// <summary>What a first draft says of travel documents: everybody reads everybody's reports for the work at borders and desks.</summary>
    /// <remarks>
    /// Ten years is the longest that passports are valid. An hour without a fresh checkpoint is 240 missed contacts at their usual
    /// interval. Withdrawn reports must be gone in a day. A check at a border goes on, with a warning, while revocations cannot be fetched.
    /// </remarks>
    private static RegisterTerms TravelDocuments { get; } = new(
        DocumentRegister.RegisterName, SharingMode.Replicated,
        [Purpose.Parse("border-control"), Purpose.Parse("police-check"), Purpose.Parse("document-issuance"), Purpose.Parse("visa-issuance"), Purpose.Parse("asylum")],
        [SharingPair.All], Retention: TimeSpan.FromDays(3653), StaleAfter: TimeSpan.FromHours(1), ErasureWithin: TimeSpan.FromHours(24),
        RevocationMayBeStale: true, Quotas: [], Deadline: null);

    private static bool TryUseTemplate(CharterDraft draft, string? file, out string? fault)
    {
        fault = null;
        if (file is null)
        {
            return true;
        }

        if (!CommandFile.TryRead(file, Charter.MaxBytes, out byte[]? content, out fault))
        {
            return false;
        }

        if (!StrictJson.TryParseObject(content, StrictJson.DefaultDepth, out var json, out fault))
        {
            fault = $"{file}: {fault}";
            return false;
        }

        foreach (var (name, value) in JsonObject.Create(json)!)
        {
            if (name is not ("realms" or "registers" or "services"))
            {
                fault = $"{file}: $.{name}: a template has realms, registers and services only";
                return false;
            }

            draft.Json[name] = value?.DeepClone();
        }

        return true;
    }

    private static Command Add()
    {
        var draft = new Argument<string>("draft") { Description = "The draft; it is changed in place." };
        var applications = new Argument<string[]>("application") { Description = "Applications as comity init wrote them.", Arity = ArgumentArity.OneOrMore };
        var threshold = new Option<int?>("--threshold") { Description = "How many members must sign the next charter." };
        var replace = new Option<bool>("--replace") { Description = "Let an application take the place of a member that is listed already." };
        var command = new Command("add", "Puts members into a draft and shows the fingerprints of their roots, to be compared in person.") { draft, applications, threshold, replace };
        Reply.Answers(command, (parsed, reply) =>
        {
            string file = parsed.GetRequiredValue(draft);
            if (!CommandFile.TryRead(file, 4 * Charter.MaxBytes, out byte[]? content, out string? fault))
            {
                return reply.Refused(fault);
            }

            if (!CharterDraft.TryRead(content, out var edited, out fault))
            {
                return reply.Refused($"{file}: {fault}");
            }

            var faults = new List<string>();
            var added = new JsonArray();
            foreach (string path in parsed.GetRequiredValue(applications))
            {
                faults.AddRange(Put(edited, path, parsed.GetValue(replace), out var member));
                if (member is not null)
                {
                    var root = member.Keys[KeyUse.Root].Current.Id;
                    added.Add(new JsonObject { ["member"] = member.Code.ToString(), ["rootKey"] = root.ToString(), ["rootFingerprint"] = root.ToFingerprint() });
                    reply.Say($"{member.Code} {member.Name.En}: root {root.ToFingerprint()}");
                }
            }

            if (faults.Count > 0)
            {
                return reply.Refused(faults);
            }

            edited.Json["threshold"] = parsed.GetValue(threshold) ?? edited.Json["threshold"]?.DeepClone();
            DurableFile.Replace(file, edited.ToJson());
            int members = (edited.Json["members"] as JsonArray)?.Count ?? 0;
            return reply.Fact("members", added, $"{members} members in {file}")
                .Fact("threshold", edited.Json["threshold"]?.DeepClone(), $"the next charter needs the signatures of {edited.Json["threshold"]} of them (--threshold)").Done();
        });
        return command;
    }

    private static IReadOnlyList<string> Put(CharterDraft draft, string path, bool replace, out CharterMember? member)
    {
        member = null;
        if (!CommandFile.TryRead(path, 4 * MemberApplication.MaxBytes, out byte[]? content, out string? fault))
        {
            return [fault];
        }

        if (!MemberApplication.TryRead(content, out var application, out var faults))
        {
            return [.. faults.Select(f => $"{path}: {f}")];
        }

        string code = application.Member.Code.ToString();
        var listed = Listed(draft, code);
        if (listed is not null && !replace)
        {
            return [$"{path}: {code} is in the draft already; --replace puts this in its place"];
        }

        var noticed = listed?["noticed"]?.DeepClone();
        draft.Put(application);
        if (noticed is not null)
        {
            // Or notices that an earlier charter took into account would apply once more.
            Listed(draft, code)!["noticed"] = noticed;
        }

        member = application.Member;
        return [];
    }

    private static JsonObject? Listed(CharterDraft draft, string code) => (draft.Json["members"] as JsonArray)?.OfType<JsonObject>()
        .FirstOrDefault(m => m["code"] is JsonValue value && value.TryGetValue(out string? text) && text == code);

    private static Command Show(TimeProvider clock)
    {
        var file = new Argument<string>("file") { Description = "A charter or a draft." };
        var previous = new Option<string?>("--previous") { Description = "The charter before, which says who must sign.", HelpName = "FILE" };
        var command = new Command("show", "Shows a charter in plain words: read it before signing.") { file, previous };
        Reply.Answers(command, (parsed, reply) =>
        {
            Charter? before = null;
            if (!CharterFile.TryRead(parsed.GetRequiredValue(file), out var charter, out string? fault)
                || (parsed.GetValue(previous) is { } path && !CharterFile.TryRead(path, out before, out fault)))
            {
                return reply.Refused(fault!);
            }

            CharterFile.Facts(reply, charter, before);
            return reply.Fact("charter", JsonNode.Parse(charter.Document.Payload.Span)).Instead(CharterText.Show(charter, before, clock.GetUtcNow()).TrimEnd()).Done();
        });
        return command;
    }

    private static Command Verify(TimeProvider clock)
    {
        var file = new Argument<string>("file") { Description = "The charter." };
        var previous = new Option<string?>("--previous") { Description = "The charter before; needed but for a network's first.", HelpName = "FILE" };
        var genesis = new Option<string?>("--genesis") { Description = "The hash of the network's first charter, as it was read out in person.", HelpName = "HASH" };
        var command = new Command("verify", "Says whether a charter may follow the one before and is signed as it must be.") { file, previous, genesis };
        Reply.Answers(command, (parsed, reply) =>
        {
            Charter? before = null;
            if (!CharterFile.TryRead(parsed.GetRequiredValue(file), out var charter, out string? fault)
                || (parsed.GetValue(previous) is { } path && !CharterFile.TryRead(path, out before, out fault)))
            {
                return reply.Refused(fault!);
            }

            CharterHash? pinned = null;
            if (parsed.GetValue(genesis) is { } text)
            {
                if (!CharterHash.TryParse(text, out var hash))
                {
                    return reply.Refused("--genesis: must be 64 hexadecimal digits");
                }

                pinned = hash;
            }

            var faults = CharterFile.Judge(charter, before, pinned);
            CharterFile.Facts(reply, charter, before);
            bool expired = charter.IsExpired(clock.GetUtcNow());
            reply.Fact("valid", faults.Count == 0, faults.Count == 0 ? "valid" : "NOT valid")
                .Fact("expired", expired, expired ? $"EXPIRED {charter.Expires:u}: nothing is exchanged under it" : $"expires {charter.Expires:u}")
                .Done();
            return faults.Count == 0 ? Reply.Ok : reply.Refused(faults);
        });
        return command;
    }
}
