using Scailfin.JobController.Settings;
using Scailfin.JobController.Tests.Hosting;

namespace Scailfin.JobController.Tests.Settings;

public sealed class ServiceStartTests
{
    [Theory]
    [InlineData("flask run -h 0.0.0.0", null)]
    [InlineData("/usr/local/bin/flask run -h 0.0.0.0", null)]
    [InlineData("uwsgi --ini /var/reana/uwsgi/uwsgi.ini", "/var/reana/uwsgi/uwsgi.ini")]
    [InlineData("python3 -m reana_job_controller.nss_wrapper", null)]
    public void Each_of_reanas_commands_starts_the_parent_of_a_sidecar(string command, string? iniFile) =>
        Assert.Equal(new ServiceStart(ServiceMode.Sidecar, StartRole.Parent, iniFile), Detect(command));

    [Fact]
    public void The_parent_starts_the_service_of_a_sidecar_whatever_the_variables_say() => Assert.Equal(
        new ServiceStart(ServiceMode.Sidecar, StartRole.Service),
        Detect("/usr/lib/scailfin/scailfin service-of-parent", "SCAILFIN_MODE=standalone"));

    [Theory]
    [InlineData("scailfin")]
    [InlineData("scailfin serve")]
    [InlineData("scailfin run -h 0.0.0.0")]
    [InlineData("flask")]
    [InlineData("flask routes")]
    [InlineData("flask run -h 127.0.0.1")]
    [InlineData("uwsgi --ini")]
    [InlineData("uwsgi --http 0.0.0.0:5000")]
    [InlineData("python3 -m http.server")]
    public void Any_other_command_is_ours(string command) =>
        Assert.Equal(new ServiceStart(ServiceMode.Standalone), Detect(command));

    [Fact]
    public void The_variable_has_the_last_word_about_the_mode_but_not_about_serving()
    {
        Assert.Equal(new ServiceStart(ServiceMode.Sidecar, StartRole.Parent), Detect("flask run -h 0.0.0.0", "SCAILFIN_MODE=standalone"));
        Assert.Equal(new ServiceStart(ServiceMode.Sidecar), Detect("scailfin serve", "SCAILFIN_MODE=sidecar"));
    }

    [Theory]
    [InlineData("SCAILFIN_MODE=")]
    [InlineData("SCAILFIN_MODE=Standalone")]
    public void An_empty_or_wrong_mode_is_none(string variable) =>
        Assert.Equal(ServiceMode.Sidecar, Detect("flask run -h 0.0.0.0", variable).Mode);

    [Fact]
    public void A_wrong_mode_is_a_problem() =>
        Assert.Equal(
            ["SCAILFIN_MODE is 'side', but must be one of: standalone, sidecar"],
            TestSettings.Problems(ServiceMode.Standalone, "SCAILFIN_MODE=side"));

    private static ServiceStart Detect(string command, params string[] variables)
    {
        string[] words = command.Split(' ');
        return ServiceStart.Detect(words[0], words[1..], TestSettings.Variables(variables));
    }
}
