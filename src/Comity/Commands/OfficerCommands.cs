using System.CommandLine;
using Comity.Core.Web;

namespace Comity.Commands;

/// <summary><c>comity officer …</c>: accounts. What changes them online needs two persons.</summary>
internal static class OfficerCommands
{
    public static Command Create(CommandLine line, TimeProvider clock) => new("officer", "Officers' accounts.") { OfficerHomeCommands.New(clock), OfficerHomeCommands.Reset(clock) };
}
