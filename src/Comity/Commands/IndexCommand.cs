using System.CommandLine;
using Comity.Core.Registers.Snapshots;
using Comity.Home;

namespace Comity.Commands;

/// <summary><c>comity index delete</c>: the copies of the indexes.</summary>
internal static class IndexCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var home = CommonOptions.Home();
        var delete = new Command("delete", "Erases the copies from which a start is faster; a running node writes them anew.") { home };
        delete.SetAction(parsed =>
        {
            if (!NodeHome.TryOpen(parsed.GetRequiredValue(home), out var opened, out var faults))
            {
                foreach (var fault in faults)
                {
                    parsed.InvocationConfiguration.Error.WriteLine(fault);
                }

                return Reply.No;
            }

            parsed.InvocationConfiguration.Output.WriteLine($"deleted {IndexSnapshots.Delete(opened.IndexFolder)}");
            return Reply.Ok;
        });
        return new Command("index", "The copies of the indexes in the home folder.") { delete };
    }
}
