using AutoDevOps.Analyzer.Detectors.Commands;
using AutoDevOps.Analyzer.Detectors.Php;
using AutoDevOps.Analyzer.Detectors.Services;
using AutoDevOps.Analyzer.Detectors.TaskRunners;

namespace AutoDevOps.Analyzer.Detectors;

/// <summary>Finds PHP projects with Composer.</summary>
internal sealed class PhpDetector : IDetector
{
    private static readonly (string Package, string Name)[] Frameworks =
    [
        ("cakephp/cakephp", "cakephp"), ("codeigniter4/framework", "codeigniter"), ("drupal/core", "drupal"), ("drupal/core-recommended", "drupal"), ("laravel/framework", "laravel"),
        ("laravel/lumen-framework", "lumen"), ("slim/slim", "slim"), ("symfony/framework-bundle", "symfony"), ("yiisoft/yii2", "yii"),
    ];

    /// <summary>Extensions that the set-up action's PHP has without being asked (shivammathur/setup-php, wiki "Php extensions loaded on
    /// ubuntu").</summary>
    private static readonly HashSet<string> UsualExtensions = new(StringComparer.Ordinal)
    {
        "amqp", "apcu", "ast", "bcmath", "bz2", "calendar", "ctype", "curl", "date", "dba", "dom", "ds", "enchant", "exif", "ffi", "fileinfo", "filter", "ftp", "gd", "gettext", "gmp", "hash",
        "iconv", "igbinary", "imagick", "imap", "intl", "json", "ldap", "libxml", "mbstring", "memcache", "memcached", "mongodb", "msgpack", "mysqli", "mysqlnd", "odbc", "opcache", "openssl", "pcov",
        "pcntl", "pcre", "pdo", "pdo_dblib", "pdo_firebird", "pdo_mysql", "pdo_odbc", "pdo_pgsql", "pdo_sqlite", "pgsql", "phar", "posix", "pspell", "random", "readline", "redis", "reflection", "session",
        "shmop", "simplexml", "snmp", "soap", "sockets", "sodium", "spl", "sqlite3", "standard", "sysvmsg", "sysvsem", "sysvshm", "tidy", "tokenizer", "xml", "xmlreader", "xmlrpc", "xmlwriter", "xsl",
        "yaml", "zip", "zlib", "zmq", "zend-opcache",
    };

    public string Ecosystem => Ecosystems.Php;

    public IEnumerable<Component> Detect(DetectionContext context)
    {
        var files = context.Files;
        var services = new ServiceEvidence(context);
        var projects = context.Snapshot.Named("composer.json").Where(file => !IsIgnored(file.Directory)).Select(file => PhpProject.Read(context, file)).OfType<PhpProject>().Where(project => project.IsProject).ToList();
        projects.RemoveAll(part => projects.Exists(whole => whole != part && whole.Replaces(part)));
        foreach (var project in projects)
        {
            var nested = projects.Where(other => other != project && RepositoryPath.IsWithin(other.Folder, project.Folder)).Select(other => other.Folder).ToList();
            var lockFile = files.Exists(project.Folder, "composer.lock") ? RepositoryPath.File(project.Folder, "composer.lock") : null;
            SayWhatIsMissing(context, project);
            yield return new Component(RepositoryPath.ToModel(project.Folder), project.Name, Ecosystems.Php)
            {
                Frameworks = [.. Frameworks.Where(known => project.Require(known.Package) is not null).Select(known => known.Name).Distinct(StringComparer.Ordinal)],
                PackageManager = new("composer", null, lockFile, 0.99, [Cite.File(project.File)]),
                Runtimes = PhpVersions.Find(context, project) is { } version ? [version] : [],
                Commands = Commands(context, project, lockFile, nested),
                Services = services.For(project.Folder, project.Requires.Select(require => require.Name), name => project.Require(name)),
            };
        }
    }

    private static IReadOnlyList<Command> Commands(DetectionContext context, PhpProject project, string? lockFile, List<string> nested)
    {
        var commands = new PhpCommands(context, project, lockFile, nested);
        var scripts = new PhpScripts(context, project, lockFile);
        var tasks = new TaskCommands(context, project.Folder, Ecosystems.Php);
        return CommandChoice.Choose(context,
        [
            .. CiCommands.For(context, project.Folder, command => scripts.Resolve(command.Words) ?? commands.Resolve(command) ?? tasks.Resolve(command)),
            .. scripts.Candidates(project.Folder),
            .. tasks.Candidates(),
            .. commands.Candidates(),
        ]);
    }

    private static void SayWhatIsMissing(DetectionContext context, PhpProject project)
    {
        foreach (var (name, place) in project.Requires.Where(require => require.Name.StartsWith("ext-", StringComparison.Ordinal) && !UsualExtensions.Contains(require.Name[4..])).DistinctBy(require => require.Name).Take(20))
        {
            context.Abstain(RepositoryPath.ToModel(project.Folder), "install", SafeName.IsSafe(name) ? $"{place} requires {name}, which a usual PHP does not have" : $"{place} requires an extension that a usual PHP does not have");
        }
    }

    /// <summary>Examples are none, nor are folders that hold a tool with its own dependencies.</summary>
    private static bool IsIgnored(string folder) =>
        folder.Length > 0 && (RepositoryPath.IsSample(folder) || folder.Split('/').Any(part => part is "vendor-bin" or "tools" or "tests" or "Tests" or "test" or ".github"));
}
