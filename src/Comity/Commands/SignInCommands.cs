using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using Comity.Core;
using Comity.Core.Web;

namespace Comity.Commands;

/// <summary><c>comity sign-in</c> and <c>comity sign-out</c>: a person at the command line, for a day or up to thirty.</summary>
internal static class SignInCommands
{
    public static Command CreateIn(CommandLine line)
    {
        var name = new Option<string>("--name") { Description = "The name you sign in with.", Required = true };
        var days = new Option<int>("--days") { Description = "For how long: 1 to 30 days.", DefaultValueFactory = _ => 1 };
        var command = new Command("sign-in", "Asks for your password and a code of your app, and keeps a token that is yours in a file that you alone can read.") { name, days };
        command.SetAction(async (parsed, cancel) =>
        {
            var node = parsed.GetValue(line.NodeOption)!;
            var (output, error) = (CommandLine.Out(parsed), CommandLine.Error(parsed));
            await error.WriteAsync("Password: ");
            var password = ReadHidden();
            await error.WriteAsync("Code: ");
            var code = Console.In.ReadLine();
            return await line.TellAsync(parsed, node, "", async client =>
            {
                var answer = await client.PostAsync("session/token", new JsonObject { ["name"] = parsed.GetValue(name), ["password"] = password, ["code"] = code, ["days"] = parsed.GetValue(days) }, cancel);
                var file = line.SignInFile(node);
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                DurableFile.Replace(file, Encoding.ASCII.GetBytes(answer["token"]!.GetValue<string>() + "\n"));
                await output.WriteLineAsync($"signed in until {answer["details"]!["expires"]}: {file}");
                return Reply.Ok;
            });
        });
        return Root.Talks(command, line);
    }

    public static Command CreateOut(CommandLine line)
    {
        var command = new Command("sign-out", "Revokes the token that sign-in kept, and deletes its file.");
        command.SetAction((parsed, cancel) => line.WithNodeAsync(parsed, async client =>
        {
            await client.DeleteAsync("session", cancel);
            File.Delete(line.SignInFile(client.Address));
            await CommandLine.Out(parsed).WriteLineAsync("signed out");
            return Reply.Ok;
        }));
        return Root.Talks(command, line);
    }

    /// <summary>A line that nobody sees; from a pipe as it comes.</summary>
    private static string ReadHidden()
    {
        if (Console.IsInputRedirected)
        {
            return Console.In.ReadLine() ?? "";
        }

        var text = new StringBuilder();
        while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key)
        {
            if (key.Key == ConsoleKey.Backspace)
            {
                text.Length = Math.Max(0, text.Length - 1);
            }
            else if (!char.IsControl(key.KeyChar))
            {
                text.Append(key.KeyChar);
            }
        }

        Console.Error.WriteLine();
        return text.ToString();
    }
}
