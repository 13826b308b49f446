using System.Globalization;
using System.Text.Json;
using CsCheck;
using Scailfin.JobController.Tests.Hosting;

namespace Scailfin.JobController.Tests.Jobs;

/// <summary>Whatever is sent: never a 5xx, and what is refused leaves nothing behind. CsCheck prints the seed of a failure.</summary>
public sealed class AnyRequestTests(EdgeFixture fixture) : IClassFixture<EdgeFixture>
{
    private const int Requests = 400;

    private static readonly Gen<string> Texts = Gen.OneOf<string>(
        Gen.String[0, 12].Select(text => JsonSerializer.Serialize(text)),
        Gen.OneOf<string>(
            "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\\u0000\"", "\"ZXhpdCAw\"", "\"/\"", "\"../..\"", "\"true\"", "\"12\"",
            "\"" + new string('x', 300) + "\""));

    private static readonly Gen<string> Numbers = Gen.OneOf<string>(
        Gen.Int.Select(number => number.ToString(CultureInfo.InvariantCulture)),
        Gen.OneOf<string>("0", "-0", "0.0", "1e400", "-1e400", "1e-400", "99999999999999999999", "1.5", new string('9', 5000)));

    private static readonly Gen<string> Values = Gen.Recursive<string>((depth, values) => depth > 4 ? Texts : Gen.Frequency<string>(
        (4, Texts),
        (3, Numbers),
        (2, Gen.OneOf<string>("null", "true", "false", "[]", "{}")),
        (1, values.Array[0, 3].Select(members => $"[{string.Join(',', members)}]")),
        (1, Gen.Select(Texts, values).Array[0, 3].Select(Mapping))));

    private static readonly Gen<string> Fields = Gen.Frequency<string>(
        (6, Gen.OneOf<string>(
            [.. RequestFields.All.Known.Keys.Where(field => field != "compute_backend").Select(field => $"\"{field}\"")])),
        (1, Texts));

    private static string Mapping((string Name, string Value)[] members) =>
        $"{{{string.Join(',', members.Select(member => $"{member.Name}:{member.Value}"))}}}";

    [Fact]
    public Task Any_json_is_answered_and_never_with_a_5xx() => SampleAsync(Values);

    [Fact]
    public Task Any_values_of_known_fields_are_answered() => SampleAsync(Gen.Select(Fields, Values).Array[1, 8].Select(Mapping));

    [Fact]
    public Task A_valid_request_with_other_fields_in_it_is_answered() =>
        SampleAsync(Gen.Select(Fields, Values).Array[1, 3].Select(members => fixture.Edge.Request(Mapping(members)[1..^1])));

    [Fact]
    public Task A_valid_request_with_bytes_changed_is_answered()
    {
        Gen<(int Place, char Letter)> change = Gen.Select(
            Gen.Int[0, 10_000], Gen.OneOf<char>(Gen.OneOf<char>([.. "\"\\{}[]:,0e\n"]), Gen.Char));
        return SampleAsync(change.Array[1, 4].Select(changes =>
        {
            char[] request = fixture.Edge.Request("\"env_vars\": {\"A\": 1}, \"kubernetes_uid\": 5").ToCharArray();
            foreach ((int place, char letter) in changes)
                request[place % request.Length] = letter;
            return new string(request);
        }));
    }

    [Fact]
    public Task Any_path_and_method_is_answered()
    {
        Gen<string> part = Gen.OneOf<string>(
            Gen.OneOf<string>(
                "jobs", "logs", "explain", "timeline", "job_cache", "apispec", "", "healthz", "JOBS",
                "0b0a4b5e-5b2c-4e7f-9a0e-0d3c8d6a1f11"),
            Gen.String[1, 6].Select(text => Uri.EscapeDataString(text.Replace('\0', 'x'))));
        Gen<string> method = Gen.OneOf<string>("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "FOO");
        return Gen.Select(
            method,
            part.Array[1, 4],
            Gen.OneOf<string>("", "/", "?job_spec=1&workflow_json={}&workflow_workspace=%00", "?limit=x&follow=x"))
            .SampleAsync(
                async (verb, parts, end) =>
                {
                    Answer answer = await fixture.Edge.SendAsync(verb, $"/{string.Join('/', parts)}{end}");
                    Check(answer, isError: answer.Status >= 400 && verb != "HEAD");
                },
                iter: Requests,
                threads: 1);
    }

    private Task SampleAsync(Gen<string> bodies) => bodies.SampleAsync(
        async body =>
        {
            int before = await fixture.Edge.CountAsync();
            Answer answer = await fixture.Edge.PostAsync(body);
            Check(answer, isError: answer.Status != 201);
            Assert.Equal(answer.Status == 201 ? before + 1 : before, await fixture.Edge.CountAsync());
        },
        iter: Requests,
        threads: 1);

    private static void Check(Answer answer, bool isError)
    {
        Assert.InRange(answer.Status, 200, 499);
        if (isError)
            Assert.True(answer.Json.TryGetProperty("message", out _), answer.Text);
    }
}
