using System.CommandLine;
using System.Text.Json.Nodes;
using Comity.Core;
using Comity.Core.Access;
using Comity.Home;
using Comity.Web;

namespace Comity.Commands;

/// <summary><c>comity token new|list|revoke</c>: on the node's own machine, with its keys; also while it runs.</summary>
public static class TokenCommands
{
    private static readonly Actor Operator = new("operator", "operator", Rights.Operate, new HashSet<Core.Members.Purpose>());

    /// <summary>The command.</summary>
    /// <param name="clock">The time.</param>
    public static Command Create(TimeProvider clock) => new("token", "Tokens for the API.") { New(clock), List(clock), Revoke(clock) };

    private static Command New(TimeProvider clock)
    {
        var (home, passphrase) = (CommonOptions.Home(), CommonOptions.PassphraseFile());
        var desk = new Option<string>("--desk") { Description = "The desk that uses it: 1 to 60 characters, never a person's name.", Required = true };
        var rights = new Option<string[]>("--allow") { Description = "check, publish, audit, operate, protect; may be repeated.", Required = true, AllowMultipleArgumentsPerToken = true };
        var purposes = new Option<string[]>("--purpose") { Description = "A purpose of the charter for which it may check; may be repeated.", AllowMultipleArgumentsPerToken = true };
        var days = new Option<int>("--days") { Description = "How long it holds: 1 to 3650 days.", DefaultValueFactory = _ => 365 };
        var output = new Option<string?>("--out") { Description = "Write the token to this file, readable by you alone, instead of printing it." };
        var command = new Command("new", "Makes a token. It is shown once.") { home, passphrase, desk, rights, purposes, days, output };
        Reply.Answers(command, async (parsed, reply) =>
        {
            var fault = TokenRoutes.Read(parsed.GetValue(desk), parsed.GetValue(rights) ?? [], parsed.GetValue(purposes) ?? [], parsed.GetValue(days), out var allowed, out var served);
            if (fault is not null || (parsed.GetValue(output) is { } asked && !CommandFile.MayWrite(asked, force: false, out fault)))
            {
                return reply.Refused(fault!);
            }

            using var node = OfflineNode.Open(parsed.GetRequiredValue(home), parsed.GetValue(passphrase), clock);
            var (secret, row) = await new Tokens(node.Context).MakeAsync(Operator, parsed.GetRequiredValue(desk), allowed, served, TimeSpan.FromDays(parsed.GetValue(days)));
            if (parsed.GetValue(output) is { } file)
            {
                DurableFile.Replace(file, System.Text.Encoding.ASCII.GetBytes(secret + "\n"));
                return reply.Fact("id", row.Id).Fact("file", file).Done();
            }

            return reply.Fact("id", row.Id).Fact("token", secret, secret).Done();
        });
        return command;
    }

    private static Command List(TimeProvider clock)
    {
        var (home, passphrase) = (CommonOptions.Home(), CommonOptions.PassphraseFile());
        var command = new Command("list", "Lists tokens; never their secrets.") { home, passphrase };
        Reply.Answers(command, (parsed, reply) =>
        {
            using var node = OfflineNode.Open(parsed.GetRequiredValue(home), parsed.GetValue(passphrase), clock);
            var tokens = new Tokens(node.Context).List();
            reply.Fact("tokens", new JsonArray([.. tokens.Select(row => System.Text.Json.JsonSerializer.SerializeToNode(TokenRoutes.Show(row)))]), $"{tokens.Count} tokens");
            foreach (var row in tokens)
            {
                reply.Say($"{row.Id} {row.Desk}: {row.Rights} {string.Join(' ', row.Purposes)} until {row.Expires:yyyy-MM-dd}{(row.Revoked is null ? "" : ", revoked")}");
            }

            return reply.Done();
        });
        return command;
    }

    private static Command Revoke(TimeProvider clock)
    {
        var (home, passphrase) = (CommonOptions.Home(), CommonOptions.PassphraseFile());
        var id = new Argument<string>("id") { Description = "The token's id." };
        var command = new Command("revoke", "Revokes a token; a node that runs refuses it within a second.") { id, home, passphrase };
        Reply.Answers(command, async (parsed, reply) =>
        {
            using var node = OfflineNode.Open(parsed.GetRequiredValue(home), parsed.GetValue(passphrase), clock);
            return await new Tokens(node.Context).RevokeAsync(Operator, parsed.GetRequiredValue(id)) ? reply.Fact("revoked", parsed.GetRequiredValue(id)).Done() : reply.Refused("there is no such token in force");
        });
        return command;
    }
}
