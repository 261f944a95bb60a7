using System.Reflection;
using Comity.Core;
using Comity.Core.Modules;
using Comity.Emrtd.Mrz;
using Comity.TransparencyLog;

namespace Comity.Tests;

/// <summary>A lower layer never names a higher one, and a module never names another module.</summary>
public sealed class LayeringTests
{
    private static readonly Assembly Program = typeof(Comity.Web.NodeHost).Assembly;
    private static readonly Assembly Core = typeof(Node).Assembly;
    private static readonly Assembly[] Libraries = [typeof(CheckDigit).Assembly, typeof(Rfc6962).Assembly];

    private static IEnumerable<string> Ours(Assembly assembly) =>
        assembly.GetReferencedAssemblies().Select(name => name.Name!).Where(name => name.StartsWith("Comity", StringComparison.OrdinalIgnoreCase));

    private static string[] Names(IEnumerable<Assembly> assemblies) => [.. assemblies.Select(assembly => assembly.GetName().Name!)];

    public static TheoryData<string> ModuleNames => [.. Comity.Modules.All.Select(module => module.Name)];

    [Fact]
    public void A_library_names_nothing_of_ours() => Assert.All(Libraries, library => Assert.Empty(Ours(library)));

    [Fact]
    public void The_core_names_libraries_only() => Assert.Empty(Ours(Core).Except(Names(Libraries)));

    [Theory]
    [MemberData(nameof(ModuleNames))]
    public void A_module_names_the_core_and_libraries_only(string name)
    {
        var module = Comity.Modules.All.Single(module => module.Name == name).GetType().Assembly;

        Assert.Empty(Ours(module).Except(Names([Core, .. Libraries])));
    }

    [Fact]
    public void Every_assembly_of_ours_is_a_library_the_core_a_module_or_the_program()
    {
        var known = Names([Program, Core, .. Libraries, .. Comity.Modules.All.Select(module => module.GetType().Assembly)]);

        Assert.Empty(Ours(Program).Except(known, StringComparer.OrdinalIgnoreCase));
    }

    [Fact]
    public void Only_one_line_of_the_program_names_a_module()
    {
        var modules = Comity.Modules.All.Select(module => module.GetType()).ToHashSet();
        var fields = Program.GetTypes()
            .Where(type => type.Namespace?.StartsWith("Comity", StringComparison.Ordinal) == true && type.Namespace != "Comity.Demo" && type != typeof(Comity.Modules))
            .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public))
            .Where(field => modules.Contains(field.FieldType));

        Assert.Empty(fields);
        Assert.All(Comity.Modules.All, module => Assert.IsAssignableFrom<IModule>(module));
    }

    [Fact]
    public void Registers_of_all_modules_have_names_of_their_own()
    {
        var names = Comity.Modules.All.SelectMany(module => module.CreateRegisters()).Select(register => register.Name).ToList();

        Assert.Equal(names.Count, names.Distinct().Count());
    }
}
