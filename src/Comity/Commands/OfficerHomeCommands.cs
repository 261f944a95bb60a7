using System.CommandLine;
using System.Text.Json;
using Comity.Core.Access;
using Comity.Core.Access.Officers;
using Comity.Core.Access.SigningIn;
using Comity.Home;

namespace Comity.Commands;

/// <summary><c>comity officer new|reset</c>: on the node's own machine, with its keys; also while it runs. For the first officers, and when nobody can sign in any more.</summary>
internal static class OfficerHomeCommands
{
    private static readonly Actor Operator = new("operator", "operator", Rights.Administer, new HashSet<Core.Members.Purpose>());

    public static Command New(TimeProvider clock)
    {
        var (home, passphrase) = (CommonOptions.Home(), CommonOptions.PassphraseFile());
        var (name, desk, roles, purposes, language) = Fields();
        var command = new Command("new", "Makes an officer's account beside the keys, and a one-time code with which the officer chooses a password or a passkey.")
        {
            home, passphrase, name, desk, roles, purposes, language,
        };
        Reply.Answers(command, async (parsed, reply) =>
        {
            var (draft, faults) = OfficerDraft.Read(parsed.GetValue(name), parsed.GetValue(desk), parsed.GetValue(roles), parsed.GetValue(purposes), parsed.GetValue(language));
            if (draft is null)
            {
                return reply.Refused(faults.Select(fault => $"{fault.Field} {fault.Reason}"));
            }

            using var node = OfflineNode.Open(parsed.GetRequiredValue(home), parsed.GetValue(passphrase), clock);
            var people = new People(node.Context, SessionLimits.Default);
            var (officer, code, fault) = await node.Context.Store.WriteAsync(session =>
            {
                people.Desks.Declare(session, Operator, draft.Desk);
                if (OfficerBook.Fault(session, draft, null) is { } refused)
                {
                    return (null, "", $"{refused.Field} {refused.Reason}");
                }

                var made = people.Officers.Make(session, Operator, draft);
                return ((Officer?)made, people.Credentials.OpenEnrolment(session, Operator, made.Id), "");
            });
            return officer is null ? reply.Refused(fault) : Tell(reply, officer, code);
        });
        return command;
    }

    public static Command Reset(TimeProvider clock)
    {
        var (home, passphrase) = (CommonOptions.Home(), CommonOptions.PassphraseFile());
        var name = new Argument<string>("name") { Description = "The name to sign in with." };
        var command = new Command("reset", "Takes an officer's credentials away and gives a new one-time code: for when no two others can do it online.") { name, home, passphrase };
        Reply.Answers(command, async (parsed, reply) =>
        {
            using var node = OfflineNode.Open(parsed.GetRequiredValue(home), parsed.GetValue(passphrase), clock);
            var people = new People(node.Context, SessionLimits.Default);
            var (officer, code) = await node.Context.Store.WriteAsync(session =>
            {
                if (!SignInName.TryParse(parsed.GetRequiredValue(name), out var parsedName) || OfficerBook.Find(session, parsedName) is not { Active: true } found)
                {
                    return ((Officer?)null, "");
                }

                people.Credentials.Reset(session, found.Id);
                return (found, people.Credentials.OpenEnrolment(session, Operator, found.Id));
            });
            return officer is null ? reply.Refused("there is no such account in use") : Tell(reply, officer, code);
        });
        return command;
    }

    public static (Option<string> Name, Option<string> Desk, Option<string[]> Roles, Option<string[]> Purposes, Option<string> Language) Fields(bool required = true) =>
    (
        new("--name") { Description = "The name to sign in with: 3 to 60 of a to z, 0 to 9, dot, hyphen, at sign.", Required = required },
        new("--desk") { Description = "The desk: 1 to 60 characters, never a person's name.", Required = required },
        new("--role") { Description = $"{string.Join(", ", Roles.All.Select(role => role.Text()))}; may be repeated.", Required = required, AllowMultipleArgumentsPerToken = true },
        new("--purpose") { Description = "A purpose of the charter for which the officer may check; may be repeated.", AllowMultipleArgumentsPerToken = true },
        new("--language") { Description = "en or fr.", DefaultValueFactory = _ => "en" });

    private static int Tell(Reply reply, Officer officer, string code) => reply.Fact("id", officer.Id).Fact("code", code, $"one-time code {code}")
        .Fact("hours", JsonSerializer.SerializeToNode((int)Credentials.CodeLife.TotalHours), $"it holds for {Credentials.CodeLife.TotalHours:0} hours at the node's page /enrol").Done();
}
