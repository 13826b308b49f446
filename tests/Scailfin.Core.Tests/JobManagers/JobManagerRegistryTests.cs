using Scailfin.Core.JobManagers;
using Scailfin.Testing;

namespace Scailfin.Core.Tests.JobManagers;

public sealed class JobManagerRegistryTests
{
    private static readonly ScriptedJobManager One = new();
    private static readonly ScriptedJobManager Two = new();
    private static readonly IJobManagerKind[] Kinds = [new ScriptedKind(One, "one"), new ScriptedKind(Two, "two", works: false)];

    [Fact]
    public void Without_definitions_each_kind_that_works_here_is_offered_under_its_own_name()
    {
        JobManagerRegistry registry = JobManagerRegistry.Create(Kinds, null);
        Assert.Equal(["one"], registry.Backends.Select(backend => backend.Name));
        Assert.Same(One, registry.Default.Manager);
    }

    [Fact]
    public void Defined_backends_stand_in_the_operators_order_and_the_first_is_the_default()
    {
        JobManagerRegistry registry = JobManagerRegistry.Create(Kinds, [Definition("b", "two"), Definition("a", "one")]);
        Assert.Equal(["b", "a"], registry.Backends.Select(backend => backend.Name));
        Assert.Equal("b", registry.Default.Name);
        Assert.True(registry.TryFind("a", out Backend? found));
        Assert.Same(One, found.Manager);
        Assert.Equal("one", found.Kind);
    }

    [Fact]
    public void Names_are_case_sensitive() =>
        Assert.False(JobManagerRegistry.Create(Kinds, [Definition("a", "one")]).TryFind("A", out _));

    [Fact]
    public void A_name_of_thirty_characters_is_allowed_and_one_more_is_not()
    {
        Assert.Single(JobManagerRegistry.Create(Kinds, [Definition(new string('x', 30), "one")]).Backends);
        Assert.Contains("has 31", Assert.Single(ProblemsOf(Definition(new string('x', 31), "one"))), StringComparison.Ordinal);
    }

    [Fact]
    public void Everything_that_is_wrong_is_told_at_once() => Assert.Equal(
        [
            "backend '': a name has 1 to 30 characters, this one has 0",
            "backend 'a' is defined twice",
            "backend 'c': unknown kind 'three'; known: one, two",
            "backend 'd': unknown option 'size'; known: limit",
        ],
        ProblemsOf(
            Definition("", "one"),
            Definition("a", "one"),
            Definition("a", "two"),
            Definition("c", "three"),
            Definition("d", "one", ("size", "1"))));

    [Fact]
    public void A_service_without_any_backend_does_not_start()
    {
        var exception = Assert.Throws<BackendConfigurationException>(() => JobManagerRegistry.Create([Kinds[1]], null));
        Assert.Equal(["no backend is defined, and none of the built-in kinds can work here: two"], exception.Problems);
    }

    private static IReadOnlyList<string> ProblemsOf(params BackendDefinition[] definitions) =>
        Assert.Throws<BackendConfigurationException>(() => JobManagerRegistry.Create(Kinds, definitions)).Problems;

    private static BackendDefinition Definition(string name, string kind, params (string Name, object Value)[] options) =>
        new(name, kind, options.ToDictionary(option => option.Name, option => option.Value));
}
