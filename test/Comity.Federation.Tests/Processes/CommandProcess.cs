using System.Diagnostics;

namespace Comity.Federation.Tests.Processes;

/// <summary>A command of the program in a process of its own.</summary>
internal static class CommandProcess
{
    /// <summary>Runs it to its end; exit code, standard output and error.</summary>
    public static async Task<(int Code, string Output, string Error)> RunAsync(StateHome? home, params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "comity")) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        if (home is not null)
        {
            start.Environment["COMITY_NODE"] = $"http://127.0.0.1:{home.ApiPort}";
            start.Environment["COMITY_TOKEN"] = home.Token;
            if (home.Database is { } database)
            {
                start.Environment["COMITY__DATABASE"] = database;
            }
        }

        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }

    /// <summary>Runs it and demands that it is done.</summary>
    public static async Task<string> MustAsync(StateHome? home, params string[] arguments)
    {
        var (code, output, error) = await RunAsync(home, arguments);
        Assert.True(code == 0, $"comity {string.Join(' ', arguments)} ended with {code}\n{output}{error}");
        return output;
    }
}
