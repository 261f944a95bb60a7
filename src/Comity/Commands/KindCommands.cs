using System.CommandLine;
using System.Text.Json.Nodes;
using Comity.Core.Requests.Kinds;
using Comity.Core.Requests.Kinds.Reading;

namespace Comity.Commands;

/// <summary><c>comity requests kinds</c> and <c>comity requests kind FILE</c>: what can be asked, and whether a file that declares it can be used. They need no node.</summary>
internal static class KindCommands
{
    public static Command CreateList()
    {
        var folder = new Option<string?>("--folder") { Description = "A folder with further kinds, as a node's home has one: HOME/kinds." };
        var command = new Command("kinds", "The kinds of requests, each with the digest that a charter names.") { folder };
        Reply.Answers(command, (parsed, reply) => KindLibrary.Load(parsed.GetValue(folder), out var faults) is { } library
            ? reply.Fact("kinds", new JsonArray([.. library.Versions.Select(kind => (JsonNode)Show(kind))]), Lines(library)).Done()
            : reply.Refused(faults.Select(fault => fault.ToString())));
        return command;
    }

    public static Command CreateCheck()
    {
        var file = new Argument<string>("file") { Description = "The file that declares a kind." };
        var command = new Command("kind", "Checks a file that declares a kind: every fault with its line and reason, or what it declares.") { file };
        Reply.Answers(command, (parsed, reply) =>
        {
            var path = parsed.GetRequiredValue(file);
            List<KindFault> faults = [];
            if (KindLibrary.ReadFile(path, path, faults) is not { } kind)
            {
                return reply.Refused(faults.Select(fault => fault.ToString()));
            }

            foreach (var (name, value) in Show(kind))
            {
                reply.Fact(name, value?.DeepClone());
            }

            return reply.Instead(Text(kind)).Done();
        });
        return command;
    }

    private static JsonObject Show(RequestKind kind) => new()
    {
        ["kind"] = kind.Name.ToString(),
        ["version"] = kind.Version,
        ["digest"] = kind.Digest.ToString(),
        ["title"] = new JsonObject { ["en"] = kind.Title.En, ["fr"] = kind.Title.Fr },
        ["purposes"] = new JsonArray([.. kind.Purposes.Select(purpose => JsonValue.Create(purpose.ToString()))]),
        ["sources"] = new JsonArray([.. kind.Sources.Select(source => JsonValue.Create(source.Title.En))]),
        ["acts"] = new JsonArray([.. kind.Acts.Select(act => (JsonNode)new JsonObject
        {
            ["act"] = act.Name, ["step"] = KindSpelling.Of(act.Step), ["by"] = KindSpelling.Of(act.By), ["twoPersons"] = act.NeedsTwoPersons, ["fields"] = act.Fields.Count,
        })]),
        ["clocks"] = new JsonArray([.. kind.Clocks.Select(clock => (JsonNode)new JsonObject
        {
            ["clock"] = clock.Name, ["owed"] = KindSpelling.Of(clock.Owed), ["terms"] = new JsonArray([.. clock.Terms.Select(term => JsonValue.Create(Spell(term)))]),
            ["source"] = clock.Source is { } source ? kind.Source(source)!.Title.En : null,
        })]),
        ["grounds"] = new JsonArray([.. kind.Grounds.Select(ground => JsonValue.Create(ground.Name))]),
        ["conditions"] = new JsonArray([.. kind.Conditions.Select(condition => JsonValue.Create(condition.Name))]),
        ["retentionDays"] = (int)kind.Retention.TotalDays,
    };

    private static string Lines(KindLibrary library) =>
        string.Join(Environment.NewLine, library.Versions.Select(kind => $"{kind.Name} {kind.Version}  {kind.Digest}  {kind.Title.En} / {kind.Title.Fr}"));

    private static string Text(RequestKind kind) => string.Join(
        Environment.NewLine,
        [
            $"{kind.Name} {kind.Version}  {kind.Digest}",
            $"  {kind.Title.En} / {kind.Title.Fr}",
            .. kind.Acts.Select(act => $"  act {act.Name}: {KindSpelling.Of(act.Step)} by {KindSpelling.Of(act.By)}, {act.Fields.Count} fields{(act.NeedsTwoPersons ? ", two persons" : "")}"),
            .. kind.Clocks.Select(clock => $"  clock {clock.Name}: {string.Join(", ", clock.Terms.Select(Spell).DefaultIfEmpty("no term"))} ({(clock.Source is { } source ? kind.Source(source)!.Title.En : "set by the network")})"),
            $"  grounds {string.Join(", ", kind.Grounds.Select(ground => ground.Name))}",
            $"  conditions {string.Join(", ", kind.Conditions.Select(condition => condition.Name))}",
        ]);

    private static string Spell(ClockTerm term) =>
        (term.Urgency is { } urgency ? $"{KindSpelling.Of(urgency)}: " : "")
        + string.Join(", ", new[] { term.AtLeast is { } least ? $"at least {least}" : null, term.AtMost is { } most ? $"at most {most}" : null }.OfType<string>());
}
