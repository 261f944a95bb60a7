using System.CommandLine;
using Comity.Core.Registers;
using Comity.Core.Web;
using Comity.Core.Web.Pages;
using Microsoft.AspNetCore.Routing;

namespace Comity.Core.Modules;

/// <summary>One system of Comity as the program sees it: a new one is a new project and one line in <c>Modules.cs</c>.</summary>
public interface IModule
{
    /// <summary>The module's name, e.g. <c>travel-documents</c>.</summary>
    string Name { get; }

    /// <summary>Its registers, made anew for each node.</summary>
    IReadOnlyList<IRegister> CreateRegisters();

    /// <summary>Its routes, below <c>/api/v1</c>; whoever comes there has a token.</summary>
    void MapRoutes(IEndpointRouteBuilder routes);

    /// <summary>Its entries of the navigation. Its pages are the Razor pages in the folder Pages of its assembly.</summary>
    IEnumerable<NavigationEntry> Navigation { get; }

    /// <summary>Its commands. They talk to the running node as any other client does.</summary>
    IEnumerable<Command> CreateCommands(CommandLine commandLine);
}
