/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/config/config.h"
#include "app/config/config_file.h"
#include "app/config/config_print.h"
#include "tests/support/support.h"

enum { FLAGS_MAX = 8 };

static struct config config;

/* Loads with flags from a list that ends in NULL. */
static dp_err load_flags(const char *const *flags, struct dp_problem *problem)
{
    char *copies[FLAGS_MAX] = { NULL };
    struct config_sources sources = { .flags = copies, .host_name = "box" };
    for (; flags[sources.flags_count] != NULL; sources.flags_count++) {
        copies[sources.flags_count] = strdup(flags[sources.flags_count]);
    }
    dp_err err = config_load(&sources, &config, problem);
    for (size_t i = 0; i < FLAGS_MAX; i++) {
        free(copies[i]);
    }
    return err;
}

static dp_err load_variable(const char *entry, struct dp_problem *problem)
{
    char *copy = strdup(entry);
    char *environment[] = { copy, NULL };
    struct config_sources sources = { .environment = environment, .host_name = "box" };
    dp_err err = config_load(&sources, &config, problem);
    free(copy);
    return err;
}

static dp_err load_file(const char *path, struct dp_problem *problem)
{
    struct config_sources sources = { .file = path, .host_name = "box" };
    return config_load(&sources, &config, problem);
}

static dp_err load_text(struct str text, struct dp_problem *problem)
{
    const char *dir = support_tempdir();
    const char *path = support_path(dir, "a.conf");
    support_write_file(path, text.ptr, text.len);
    dp_err err = load_file(path, problem);
    if (problem != NULL && problem->line != 0) {
        assert_string_equal(problem->file, path);
    }
    support_remove_tree(dir);
    return err;
}

/* ---- The file: what is wrong, and in which line ---------------------------------------------------- */

/* Each fault names the line in which it stands, whatever comments stand before it. */
static void test_config_load_bad_file_names_the_line(void **state)
{
    (void)state;
    static const struct {
        struct str text;
        enum dp_code code;
        size_t line;
        const char *words;
    } bad[] = {
        { STR_INIT("prot = 1\n"), DP_INVALID, 1,
          "no setting \"prot\"; did you mean \"port\"?" },
        { STR_INIT("x\xc3\xa4xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\xc3"
                   "\xa4 = 1"),
          DP_INVALID, 1, "xxx\"" },
        { STR_INIT("port = 1\nzzz = 1\n"), DP_INVALID, 2, "no setting \"zzz\"" },
        { STR_INIT("# one\n// two\n/* three\nfour */\n\n# six\nporrt = 1"), DP_INVALID, 7,
          "port" },
        { STR_INIT("workers = 1 # c\nport = x"), DP_INVALID, 2,
          "port can't be \"x\"; it must be a number" },
        { STR_INIT("\nport = 65536"), DP_INVALID, 2, "from 0 to 65535" },
        { STR_INIT("port = -1"), DP_INVALID, 1, "port can't be \"-1\"" },
        { STR_INIT("port =\n\n"), DP_INVALID, 3, "premature end of file" },
        { STR_INIT("port\n= 1\nworkers 7"), DP_INVALID, 3, "missing equal sign" },
        { STR_INIT("port = {1}"), DP_INVALID, 1, "unexpected token" },
        { STR_INIT("port = 1\nworkers = 1\nport = 2\n"), DP_INVALID, 3,
          "given twice; it stands in line 1" },
        { STR_INIT("listen = ::\nlisten = {::}\n"), DP_INVALID, 2, "given twice" },
        { STR_INIT("listen = {127.0.0.1,\nx}\n"), DP_INVALID, 2,
          "listen can't be \"127.0.0.1,x\"" },
        { STR_INIT("dir = relative/path"), DP_INVALID, 1, "starts with /" },
        { STR_INIT("dir = \"/a\n\nport = 1\n"), DP_INVALID, 1, "quote that opens here" },
        { STR_INIT("port=1\ndir = '/a"), DP_INVALID, 2, "quote that opens here" },
        { STR_INIT("dir = '/a\\'"), DP_INVALID, 1, "quote that opens here" },
        { STR_INIT("\n/* port = 1"), DP_INVALID, 2, "comment that starts here" },
        { STR_INIT("port = 1\nsection {\n}\n"), DP_INVALID, 2, "no setting \"section\"" },
        { STR_INIT("include(\"/etc/passwd\")\n"), DP_INVALID, 1, "no setting \"include\"" },
        { STR_INIT("dir = \"\\9\"\n"), DP_INVALID, 1, "bad escape" },
        { STR_INIT("}\n"), DP_INVALID, 1, "unexpected" },
        { STR_INIT("\n\"\""), DP_INVALID, 2, "can't be read here" },
        { STR_INIT("port = 1\n\0"), DP_INVALID, 2, "zero byte" },
        { STR_INIT("port = 1\n# M\xfcller\n"), DP_NOT_UTF8, 2, "not UTF-8" },
        { STR_INIT("log_level = loud"), DP_INVALID, 1, "error, warning, info or debug" },
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct dp_problem problem = { 0 };
        dp_err err = load_text(bad[i].text, &problem);
        if (err.code != bad[i].code || problem.line != bad[i].line ||
            strstr(problem.sentence, bad[i].words) == NULL) {
            fail_msg("case %zu: %s, line %zu: %s", i, err_name(err.code), problem.line,
                     problem.sentence);
        }
        assert_true(str_is_utf8(str_of(problem.sentence)));
        assert_err(load_text(bad[i].text, NULL), bad[i].code);
        assert_ok(load_text(STR("port = 1\n"), NULL)); /* nothing of it stays behind */
    }
}

/* A named file must be there; the default one may be missing. */
static void test_config_load_missing_file_is_not_found(void **state)
{
    (void)state;
    struct dp_problem problem = { 0 };
    struct config_sources sources = { .file = "/nonexistent/a.conf", .host_name = "box" };
    assert_err(config_load(&sources, &config, &problem), DP_NOT_FOUND);
    assert_non_null(strstr(problem.sentence, "/nonexistent/a.conf"));
    sources.may_file_be_missing = true;
    assert_ok(config_load(&sources, &config, &problem));
}

/* A file that is longer than any file of settings is not read. */
static void test_config_load_endless_file_is_full(void **state)
{
    (void)state;
    struct buf text BUF_AUTO = buf_new(CONFIG_FILE_BYTES_MAX + 1);
    for (size_t i = 0; i < CONFIG_FILE_BYTES_MAX; i++) {
        buf_add_char(&text, '\n');
    }
    assert_ok(load_text(buf_str(&text), NULL));
    buf_add_char(&text, '\n');
    assert_err(load_text(buf_str(&text), NULL), DP_FULL);
}

/* ---- Variables and flags --------------------------------------------------------------------------- */

/* Variables that are no settings stop the start, with the nearest name, and never take secrets. */
static void test_config_load_bad_variable_is_refused(void **state)
{
    (void)state;
    static const char *const bad[][2] = {
        { "DAYPULSE_PROT=1", "DAYPULSE_PROT is not a setting; did you mean DAYPULSE_PORT?" },
        { "DAYPULSE_QQQQQ=1", "DAYPULSE_QQQQQ is not a setting" },
        { "DAYPULSE_=1", "DAYPULSE_ is not a setting" },
        { "DAYPULSE_SMTP_PASSWORD=x", "never taken from the environment" },
        { "DAYPULSE_API_TOKEN=x", "never taken from the environment" },
        { "DAYPULSE_PORT=",
          "DAYPULSE_PORT can't be \"\"; it must be a number from 0 to 65535" },
        { "DAYPULSE_PORT", "DAYPULSE_PORT can't be \"\"" },
        { "DAYPULSE_PORT=1x", "DAYPULSE_PORT can't be \"1x\"" },
        { "DAYPULSE_DIR=data", "DAYPULSE_DIR can't be \"data\"; it must be a path" },
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct dp_problem problem = { 0 };
        assert_err(load_variable(bad[i][0], &problem), DP_INVALID);
        if (strstr(problem.sentence, bad[i][1]) == NULL) {
            fail_msg("%s: %s", bad[i][0], problem.sentence);
        }
        assert_err(load_variable(bad[i][0], NULL), DP_INVALID);
    }
}

/* Other variables are none of our business. */
static void test_config_load_other_variables_are_left_alone(void **state)
{
    (void)state;
    static const char *const other[] = { "PATH=/bin",
                                         "XDAYPULSE_PORT=1",
                                         "DAYPULSE=1",
                                         "DAYPULSE_CONFIG=/etc/x",
                                         "DAYPULSE_CACHE=/tmp/x",
                                         "",
                                         "=" };
    for (size_t i = 0; i < sizeof other / sizeof other[0]; i++) {
        assert_ok(load_variable(other[i], NULL));
        assert_int_equal(config_int(&config, CONFIG_PORT), 8443);
    }
}

/* Flags that are no settings, or lack a value, are misuse; bad values are invalid. */
static void test_config_load_bad_flag_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *flags[3];
        enum dp_code code;
        const char *sentence;
    } bad[] = {
        { { "--prot", "1" }, DP_USAGE, "There is no flag --prot; did you mean --port?" },
        { { "--certfile=x" },
          DP_USAGE,
          "There is no flag --certfile; did you mean --cert-file?" },
        { { "--zzzzzz" }, DP_USAGE, "There is no flag --zzzzzz" },
        { { "--port" }, DP_USAGE, "--port needs a value" },
        { { "port", "1" }, DP_USAGE, "\"port\" is not a flag" },
        { { "--" }, DP_USAGE, "\"--\" is not a flag" },
        { { "--port=" },
          DP_INVALID,
          "--port can't be \"\"; it must be a number from 0 to 65535" },
        { { "--port", "--dir" },
          DP_INVALID,
          "--port can't be \"--dir\"; it must be a number from 0 to 65535" },
        { { "--workers=0" },
          DP_INVALID,
          "--workers can't be \"0\"; it must be a number from 1 to 512 threads" },
        { { "--cert-file=/a" },
          DP_INVALID,
          "cert_file is set (--cert-file) but key_file is not; set both or neither" },
        { { "--key_file=/a" },
          DP_INVALID,
          "key_file is set (--key_file) but cert_file is not; set both or neither" },
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct dp_problem problem = { 0 };
        assert_err(load_flags(bad[i].flags, &problem), bad[i].code);
        assert_string_equal(problem.sentence, bad[i].sentence);
        assert_int_equal(problem.line, 0);
        assert_string_equal(problem.file, "");
        assert_err(load_flags(bad[i].flags, NULL), bad[i].code);
    }
}

/* A setting at the end of the line without its value is misuse. */
static void test_config_take_flags_without_value_is_misuse(void **state)
{
    (void)state;
    char port[] = "--port";
    char *args[] = { port };
    char *flags[1];
    size_t args_count = 1;
    size_t flags_count = 0;
    struct dp_problem problem = { 0 };
    assert_err(config_take_flags(args, &args_count, flags, &flags_count, &problem), DP_USAGE);
    assert_string_equal(problem.sentence, "--port needs a value");
}

/* Settings are taken from among other words, their values with them; behind "--" nothing is. */
static void test_config_take_flags_leaves_the_rest_in_order(void **state)
{
    (void)state;
    char words[][16] = { "roster", "--port", "77", "import", "--dry-run", "--cert-file=x",
                         "FILE",   "--json", "--", "--dir",  "x" };
    enum { WORDS = sizeof words / sizeof words[0] };
    static const char *const rest[] = { "roster", "import", "--dry-run", "FILE",
                                        "--json", "--",     "--dir",     "x" };
    static const char *const taken[] = { "--port", "77", "--cert-file=x" };
    char *args[WORDS];
    char *flags[WORDS];
    size_t args_count = WORDS;
    size_t flags_count = 9;
    for (size_t i = 0; i < WORDS; i++) {
        args[i] = words[i];
    }
    assert_ok(config_take_flags(args, &args_count, flags, &flags_count, NULL));
    assert_int_equal(args_count, 8);
    assert_int_equal(flags_count, 3);
    for (size_t i = 0; i < args_count; i++) {
        assert_string_equal(args[i], rest[i]);
    }
    for (size_t i = 0; i < flags_count; i++) {
        assert_string_equal(flags[i], taken[i]);
    }
}

/* ---- What is in force ------------------------------------------------------------------------------- */

/* Flags win over variables, these over the file, and the file over the defaults; each value knows
 * where it is from. */
static void test_config_load_precedence_and_origin(void **state)
{
    (void)state;
    const char *dir = support_tempdir();
    const char *path = support_path(dir, "a.conf");
    static const char text[] = "# first\nport = 1\nworkers = 11\nfront_threads = 21\n";
    char port[] = "DAYPULSE_PORT=2";
    char workers[] = "DAYPULSE_WORKERS=12";
    char flag[] = "--port=3";
    char *environment[] = { port, workers, NULL };
    char *flags[] = { flag };
    struct config_sources sources = {
        .flags = flags,
        .flags_count = 1,
        .environment = environment,
        .file = path,
        .host_name = "box",
    };
    char place[300];
    support_write_file(path, text, sizeof text - 1);
    assert_ok(config_load(&sources, &config, NULL));
    (void)snprintf(place, sizeof place, "%s:4", path);
    assert_int_equal(config_int(&config, CONFIG_PORT), 3);
    assert_int_equal(config.values[CONFIG_PORT].origin, CONFIG_FROM_FLAG);
    assert_string_equal(config.values[CONFIG_PORT].place, "--port");
    assert_int_equal(config_int(&config, CONFIG_WORKERS), 12);
    assert_int_equal(config.values[CONFIG_WORKERS].origin, CONFIG_FROM_ENVIRONMENT);
    assert_string_equal(config.values[CONFIG_WORKERS].place, "DAYPULSE_WORKERS");
    assert_int_equal(config_int(&config, CONFIG_FRONT_THREADS), 21);
    assert_int_equal(config.values[CONFIG_FRONT_THREADS].origin, CONFIG_FROM_FILE);
    assert_string_equal(config.values[CONFIG_FRONT_THREADS].place, place);
    assert_string_equal(config_text(&config, CONFIG_LISTEN), "0.0.0.0");
    assert_int_equal(config.values[CONFIG_LISTEN].origin, CONFIG_FROM_DEFAULT);
    assert_string_equal(config.values[CONFIG_LISTEN].place, "default");
    support_remove_tree(dir);
}

/* A bad value in the file is an error even where a flag would win. */
static void test_config_load_bad_value_under_a_flag_is_refused(void **state)
{
    (void)state;
    const char *dir = support_tempdir();
    const char *path = support_path(dir, "a.conf");
    char flag[] = "--port=3";
    char *flags[] = { flag };
    struct config_sources sources = { .flags = flags, .flags_count = 1, .file = path };
    support_write_file(path, "port = x", 8);
    assert_err(config_load(&sources, &config, NULL), DP_INVALID);
    support_remove_tree(dir);
}

/* The file's own forms: words, quotes, lists, comments inside of them, and the environment. */
static void test_config_file_forms_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum config_id id;
        const char *value;
    } good[] = {
        { "dir=/a/b", CONFIG_DIR, "/a/b" },
        { "dir = \"/a b\"", CONFIG_DIR, "/a b" },
        { "dir = '/a#b'", CONFIG_DIR, "/a#b" },
        { "dir = '/a//b' // c", CONFIG_DIR, "/a//b" },
        { "dir = /a//b/", CONFIG_DIR, "/a//b" },
        { "dir = '/a/*b'\nport = 1 /* c */", CONFIG_DIR, "/a/*b" },
        { "dir = /", CONFIG_DIR, "/" },
        { "dir = '/${HOME}'", CONFIG_DIR, "/${HOME}" },
        { "dir = \"${DAYPULSE_TEST_DIR}/x\"", CONFIG_DIR, "/from/env/x" },
        { "listen = {127.0.0.1, ::1}", CONFIG_LISTEN, "127.0.0.1,::1" },
        { "listen = \" 127.0.0.1 , ::1 \"", CONFIG_LISTEN, "127.0.0.1,::1" },
        { "listen = {127.0.0.1, # here\n ::1}\n", CONFIG_LISTEN, "127.0.0.1,::1" },
        { "listen = ::\nlisten += ::1", CONFIG_LISTEN, "::,::1" },
        { "public_name = {}", CONFIG_PUBLIC_NAME, "box,localhost" },
        { "public_name = pulse.example.org", CONFIG_PUBLIC_NAME, "pulse.example.org" },
        { "base_url = https://a.b:8/", CONFIG_BASE_URL, NULL },
        { "base_url = https://a.b:8", CONFIG_BASE_URL, "https://a.b:8" },
        { "port = 0443", CONFIG_PORT, "443" },
        { "log_level = Warning", CONFIG_LOG_LEVEL, "warning" },
        { "cert_file = /c.pem\nkey_file = /k.pem", CONFIG_KEY_FILE, "/k.pem" },
        { "", CONFIG_DIR, "/var/lib/daypulse" },
    };
    /* NOLINTNEXTLINE(concurrency-mt-unsafe): a test has one thread */
    assert_int_equal(setenv("DAYPULSE_TEST_DIR", "/from/env", 1), 0);
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        struct dp_problem problem = { 0 };
        dp_err err = load_text(str_of(good[i].text), &problem);
        if (good[i].value == NULL) {
            assert_err(err, DP_INVALID);
            continue;
        }
        if (!err_is_ok(err)) {
            fail_msg("%s: %s", good[i].text, problem.sentence);
        }
        assert_string_equal(config_text(&config, good[i].id), good[i].value);
    }
    /* NOLINTNEXTLINE(concurrency-mt-unsafe) */
    assert_int_equal(unsetenv("DAYPULSE_TEST_DIR"), 0);
}

/* A relative path is meant from where the command was given. */
static void test_config_load_relative_flag_starts_at_the_folder(void **state)
{
    (void)state;
    char here[512];
    char wanted[600];
    const char *dir = support_tempdir();
    assert_non_null(getcwd(here, sizeof here));
    assert_int_equal(chdir(dir), 0);
    dp_err err = load_flags((const char *const[]){ "--dir", "x/", NULL }, NULL);
    assert_int_equal(chdir(here), 0);
    assert_ok(err);
    (void)snprintf(wanted, sizeof wanted, "%s/x", dir);
    assert_string_equal(config_text(&config, CONFIG_DIR), wanted);
    support_remove_tree(dir);
}

/* Without public names the machine's own is taken, unless it could stand in no certificate. */
static void test_config_load_default_names(void **state)
{
    (void)state;
    static const char *const names[][2] = {
        { "box", "box,localhost" },   { "box.example.org", "box.example.org,localhost" },
        { "localhost", "localhost" }, { "", "localhost" },
        { "my_box", "localhost" },    { "-x", "localhost" },
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct config_sources sources = { .host_name = names[i][0] };
        assert_ok(config_load(&sources, &config, NULL));
        assert_string_equal(config_text(&config, CONFIG_PUBLIC_NAME), names[i][1]);
        assert_string_equal(config.values[CONFIG_PUBLIC_NAME].place, "default");
    }
    struct config_sources sources = { .host_name = NULL };
    assert_ok(config_load(&sources, &config, NULL));
    assert_true(
        str_ends_with(str_of(config_text(&config, CONFIG_PUBLIC_NAME)), STR("localhost")));
}

/* Lists are walked item by item; an empty one has none. */
static void test_config_list_next_walks(void **state)
{
    (void)state;
    static const char *const wanted[] = { "a.b", "192.0.2.7", "::1" };
    struct str rest = { NULL, 0 };
    struct str item = STR("");
    size_t count = 0;
    assert_ok(
        load_flags((const char *const[]){ "--public-name=a.b,192.0.2.7,::1", NULL }, NULL));
    while (config_list_next(&config, CONFIG_PUBLIC_NAME, &rest, &item)) {
        assert_true(str_equal(item, str_of(count < 3 ? wanted[count] : "")));
        count++;
    }
    assert_int_equal(count, 3);
    rest = (struct str){ NULL, 0 };
    assert_false(config_list_next(&config, CONFIG_BASE_URL, &rest, &item));
}

/* Links start with base_url, or with the first name and the port that is listened on. */
static void test_config_links_start_is_a_url(void **state)
{
    (void)state;
    static const struct {
        const char *flag;
        int64_t port;
        const char *start;
    } cases[] = {
        { "--port=1", 8443, "https://box:8443" },
        { "--port=1", 443, "https://box" },
        { "--public-name=::1,a.b", 8443, "https://[::1]:8443" },
        { "--public-name=192.0.2.7", 443, "https://192.0.2.7" },
        { "--base-url=https://p.example.org", 8443, "https://p.example.org" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buf out BUF_AUTO = buf_new(500);
        assert_ok(load_flags((const char *const[]){ cases[i].flag, NULL }, NULL));
        config_links_start(&config, cases[i].port, &out);
        assert_true(str_equal(buf_str(&out), str_of(cases[i].start)));
    }
}

/* ---- What people read -------------------------------------------------------------------------------- */

/* The sample file loads as it stands, and with every comment sign taken away gives the defaults. */
static void test_config_print_example_is_a_valid_file(void **state)
{
    (void)state;
    struct buf out BUF_AUTO = buf_new(100000);
    struct buf bare BUF_AUTO = buf_new(100000);
    static struct config defaults;
    struct config_sources sources = { .host_name = "box" };
    assert_ok(config_load(&sources, &defaults, NULL));
    config_print_example(&out);
    assert_ok(buf_finish(&out));
    assert_ok(load_text(buf_str(&out), NULL));
    struct str rest = buf_str(&out);
    struct str line = STR("");
    size_t settings = 0;
    while (str_next(&rest, '\n', &line)) {
        bool is_setting = line.len > 1 && line.ptr[0] == '#' && line.ptr[1] != ' ';
        settings += is_setting;
        buf_add(&bare, is_setting ? str_slice(line, 1, line.len) : line);
        buf_add_char(&bare, '\n');
    }
    assert_int_equal(settings, CONFIG_COUNT);
    assert_ok(load_text(buf_str(&bare), NULL));
    for (enum config_id id = 0; id < CONFIG_COUNT; id++) {
        assert_string_equal(config_text(&config, id), config_text(&defaults, id));
        assert_int_equal(config.values[id].origin, CONFIG_FROM_FILE);
    }
}

/* What `config show` prints can be loaded again, whatever the values hold. */
static void test_config_print_values_round_trip(void **state)
{
    (void)state;
    static struct config before;
    struct buf out BUF_AUTO = buf_new(100000);
    assert_ok(load_flags((const char *const[]){ "--dir=/a 'b\\\\c\\'\"${HOME}#", "--port", "7",
                                                "--listen=::,0.0.0.0", NULL },
                         NULL));
    before = config;
    config_print_values(&config, false, &out);
    assert_ok(load_text(buf_str(&out), NULL));
    for (enum config_id id = 0; id < CONFIG_COUNT; id++) {
        assert_string_equal(config_text(&config, id), config_text(&before, id));
    }
    buf_clear(&out);
    config_print_values(&before, true, &out);
    assert_non_null(memmem(out.data, out.len, "port = '7'  # from --port\n", 26));
    assert_ok(load_text(buf_str(&out), NULL));
    assert_int_equal(config_int(&config, CONFIG_PORT), 7);
}

/* Help and manual name every setting; no line of the help is longer than a terminal. */
static void test_config_print_help_and_markdown_name_every_setting(void **state)
{
    (void)state;
    struct buf help BUF_AUTO = buf_new(100000);
    struct buf table BUF_AUTO = buf_new(100000);
    config_print_help(&help);
    config_print_markdown(&table);
    buf_add_char(&help, '\0');
    buf_add_char(&table, '\0');
    for (enum config_id id = 0; id < CONFIG_COUNT; id++) {
        char flag[64];
        char row[64];
        (void)snprintf(flag, sizeof flag, "--%s", options_get(id)->name);
        for (size_t i = 0; flag[i] != '\0'; i++) {
            if (flag[i] == '_') {
                flag[i] = '-';
            }
        }
        (void)snprintf(row, sizeof row, "\n| `%s` |", options_get(id)->name);
        assert_non_null(strstr(help.data, flag));
        assert_non_null(strstr(table.data, flag));
        assert_non_null(strstr(table.data, row));
    }
    assert_non_null(strstr(table.data, "`DAYPULSE_PUBLIC_NAME`"));
    struct str rest = buf_str(&help);
    struct str line = STR("");
    while (str_next(&rest, '\n', &line)) {
        assert_true(line.len <= 80);
    }
}

/* The JSON form holds value, origin and place of each setting. */
static void test_config_print_json_is_complete(void **state)
{
    (void)state;
    struct buf out BUF_AUTO = buf_new(100000);
    struct json_doc *doc JSON_DOC_AUTO = NULL;
    assert_ok(load_flags((const char *const[]){ "--port=7", NULL }, NULL));
    struct json_writer json = json_writer_new(&out, JSON_COMPACT);
    config_print_json(&config, &json);
    assert_ok(json_finish(&json));
    assert_ok(json_parse(buf_str(&out), 100000, &doc, NULL));
    assert_int_equal(json_count(json_root(doc)), CONFIG_COUNT);
    struct json_value port = json_get(json_root(doc), "port");
    int64_t number = 0;
    struct str text = STR("");
    assert_ok(json_read_int(json_get(port, "value"), 0, 65535, &number));
    assert_int_equal(number, 7);
    assert_ok(json_read_text(json_get(port, "origin"), &text));
    assert_true(str_equal(text, STR("flag")));
    assert_ok(json_read_text(json_get(port, "place"), &text));
    assert_true(str_equal(text, STR("--port")));
    assert_ok(json_read_text(json_get(json_get(json_root(doc), "dir"), "value"), &text));
    assert_true(str_equal(text, STR("/var/lib/daypulse")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_config_load_bad_file_names_the_line),
        cmocka_unit_test(test_config_load_missing_file_is_not_found),
        cmocka_unit_test(test_config_load_endless_file_is_full),
        cmocka_unit_test(test_config_load_bad_variable_is_refused),
        cmocka_unit_test(test_config_load_other_variables_are_left_alone),
        cmocka_unit_test(test_config_load_bad_flag_is_refused),
        cmocka_unit_test(test_config_take_flags_without_value_is_misuse),
        cmocka_unit_test(test_config_take_flags_leaves_the_rest_in_order),
        cmocka_unit_test(test_config_load_precedence_and_origin),
        cmocka_unit_test(test_config_load_bad_value_under_a_flag_is_refused),
        cmocka_unit_test(test_config_file_forms_are_read),
        cmocka_unit_test(test_config_load_relative_flag_starts_at_the_folder),
        cmocka_unit_test(test_config_load_default_names),
        cmocka_unit_test(test_config_list_next_walks),
        cmocka_unit_test(test_config_links_start_is_a_url),
        cmocka_unit_test(test_config_print_example_is_a_valid_file),
        cmocka_unit_test(test_config_print_values_round_trip),
        cmocka_unit_test(test_config_print_help_and_markdown_name_every_setting),
        cmocka_unit_test(test_config_print_json_is_complete),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
