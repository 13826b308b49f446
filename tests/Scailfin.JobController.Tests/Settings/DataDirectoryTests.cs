using Scailfin.JobController.Settings;
using Scailfin.JobController.Tests.Hosting;

namespace Scailfin.JobController.Tests.Settings;

public sealed class DataDirectoryTests
{
    [Theory]
    [InlineData("/data", "SCAILFIN_DATA=/data", "XDG_DATA_HOME=/xdg", "HOME=/home/me")]
    [InlineData("/xdg/scailfin", "SCAILFIN_DATA=", "XDG_DATA_HOME=/xdg", "HOME=/home/me")]
    [InlineData("/home/me/.local/share/scailfin", "XDG_DATA_HOME=", "HOME=/home/me")]
    public void A_standalone_service_keeps_its_data_at_home(string path, params string[] variables) =>
        Assert.Equal(path, TestSettings.Standalone(variables).Data.Path);

    [Fact]
    public void A_sidecar_keeps_its_data_in_the_temporary_directory() =>
        Assert.Equal("/var/tmp/scailfin", TestSettings.Sidecar("TMPDIR=/var/tmp", "XDG_DATA_HOME=/xdg").Data.Path);

    [Fact]
    public void A_sidecar_that_cannot_write_its_temporary_directory_keeps_its_data_in_shared_memory() =>
        Assert.Equal("/dev/shm/scailfin", TestSettings.Sidecar("TMPDIR=/proc/1/nothing").Data.Path);

    [Fact]
    public void Only_its_user_can_look_into_it_even_if_it_was_there_before()
    {
        DirectoryInfo parent = Directory.CreateTempSubdirectory("scailfin-");
        try
        {
            string path = Path.Combine(parent.FullName, "data");
            Directory.CreateDirectory(
                path,
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
                    | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
            new DataDirectory(path).Create();
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(path));
        }
        finally
        {
            parent.Delete(recursive: true);
        }
    }
}
