using System.Text.Json.Nodes;
using Scailfin.EndToEnd.Tests.Chart;
using Scailfin.Testing.Containers;

namespace Scailfin.EndToEnd.Tests.Compose;

/// <summary>deploy/compose.yaml and what belongs to it.</summary>
internal static class ComposeFile
{
    public static string Path => RepositoryFile.Path("deploy/compose.yaml");

    public static JsonObject Read() => Yaml.Read(File.ReadAllText(Path)).Single();

    /// <summary>Runs the script that makes the passwords, for a file.</summary>
    public static async Task MakePasswordsAsync(string file) => (await BoundedProcess.RunAsync(
        [RepositoryFile.Path("deploy/compose/passwords.sh"), file], "", TimeSpan.FromMinutes(1))).OutputOfSuccess();
}
