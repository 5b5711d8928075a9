/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Recorded clips: sound out of bytes, manifests, and segments put together.
 */
#include "own_voice_fixture.h"

#include "voice/protocol.h"

static void test_wav_is_read(void **state) {
    (void)state;
    static unsigned char wav[WAV_HEADER_BYTES + 4000];
    static const struct {
        unsigned channels;
        uint32_t rate_hz;
        size_t at; /* bytes of the header overwritten there */
        uint32_t with;
        size_t bytes;
        bool good;
    } cases[] = {
        {1, 22050, 0, 0, 0, true},
        {2, 48000, 0, 0, 0, true},
        {1, 8000, 0, 0, 0, true},
        {1, 7999, 0, 0, 0, false},
        {1, 48001, 0, 0, 0, false},
        {3, 22050, 0, 0, 0, false},
        {1, 22050, 40, 0xFFFFFFFF, 4, true},  /* a length nobody knew: espeak-ng and sox do so */
        {1, 22050, 4, 0, 4, true},            /* the same for the whole */
        {1, 22050, 20, 3, 2, false},          /* floating point */
        {1, 22050, 34, 8, 2, false},          /* 8 bit */
        {1, 22050, 16, 0xFFFFFFF0, 4, false}, /* a chunk that goes on for ever */
        {1, 22050, 36, 0x61746164 + 1, 4, false}, /* no chunk of samples */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct sound sound = {0};
        char reason[REASON_BYTES] = "";
        size_t bytes = make_wav(wav, cases[i].channels, cases[i].rate_hz, 100);
        put(wav + cases[i].at, cases[i].with, cases[i].bytes);
        assert_int_equal(sound_read(wav, bytes, 0, &sound, reason), cases[i].good);
        assert_int_equal(sound.count, cases[i].good ? 100 : 0);
        if (cases[i].good) {
            assert_int_equal(sound.rate_hz, cases[i].rate_hz);
            assert_int_equal(sound.samples[0], 8000);
            assert_int_equal(sound.samples[20], -8000);
        } else {
            assert_int_not_equal(reason[0], '\0');
        }
        sound_finish(&sound);
    }
}

static void test_raw_is_read_when_its_rate_is_known(void **state) {
    (void)state;
    static const unsigned char raw[] = {0x34, 0x12, 0xFF, 0xFF, 0x00};
    struct sound sound = {0};
    char reason[REASON_BYTES];
    assert_false(sound_read(raw, sizeof raw, 0, &sound, reason));
    assert_true(sound_read(raw, sizeof raw, 16000, &sound, reason));
    assert_int_equal(sound.rate_hz, 16000);
    assert_int_equal(sound.count, 2);
    assert_int_equal(sound.samples[0], 0x1234);
    assert_int_equal(sound.samples[1], -1);
    sound_finish(&sound);
}

static void test_sound_is_bounded(void **state) {
    (void)state;
    struct sound sound = {0};
    assert_true(sound_append(&sound, NULL, SPEECH_SAMPLES_MAX));
    assert_false(sound_append(&sound, NULL, 1));
    assert_int_equal(sound.count, SPEECH_SAMPLES_MAX);
    sound_finish(&sound);
}

/* The first fault of a manifest, "" when it is good. */
static const char *manifest_fault(const char *text) {
    static struct diagnostics diagnostics;
    memset(&diagnostics, 0, sizeof diagnostics);
    write_text("clips.ini", text);
    struct bank *bank = bank_create(folder, "en", &diagnostics);
    if (bank != NULL) {
        (void)bank_prove(bank, &diagnostics);
    }
    bank_destroy(bank);
    return diagnostics.count > 0 ? diagnostics.lines[0] : "";
}

static void test_manifests(void **state) {
    (void)state;
    static const unsigned char quiet[WAV_HEADER_BYTES + 200];
    unsigned char wav[WAV_HEADER_BYTES + 200];
    (void)make_wav(wav, 1, RATE_HZ, 100);
    memcpy(wav + WAV_HEADER_BYTES, quiet, 200);
    write_file("quiet.wav", wav, sizeof wav);
    write_wav("a.wav", RATE_HZ, TONE_SAMPLES);
    write_wav("b.wav", RATE_HZ, TONE_SAMPLES);
    write_wav("fast.wav", 48000, TONE_SAMPLES);
    static const struct {
        const char *text, *fault; /* a part of it */
    } cases[] = {
        {HEAD "[letters]\na.wav = A\n[numbers]\nb.wav = 107\n", ""},
        {HEAD "[letters]\na.wav = A \xD0\x90\n", ""},
        {"[voice]\nlanguage = en\nspeaker = S\n[letters]\na.wav = A\n", "licence"},
        {"[voice]\nlanguage = uk\nspeaker = S\nlicence = L\n[letters]\na.wav = A\n", "configured"},
        {HEAD "[letters]\na.wav = AB\n", "letters with blanks"},
        {HEAD "[letters]\na.wav = A\nb.wav = A\n", "no other file"},
        {HEAD "[numbers]\na.wav = 010\n", "a number from"},
        {HEAD "[numbers]\na.wav = 10000\n", "a number from"},
        {HEAD "[numbers]\na.wav = 7-\n", "a number from"},
        {HEAD "[numbers]\na.wav = 7.\nb.wav = oh\n", ""},
        {HEAD "[phrases]\na.wav = ...\n", "of words"},
        {HEAD "[phrase]\na.wav = x\n", "unknown section"},
        {HEAD "tempo = 3\n", "unknown key"},
        {HEAD "[phrases]\n../a.wav = x\n", "same folder"},
        {HEAD "[phrases]\n/tmp/a.wav = x\n", "same folder"},
        {HEAD "[phrases]\nnone.wav = x\n", "none.wav"},
        {HEAD "[phrases]\nclips.ini = x\n", "clips.ini"},
        {HEAD "[phrases]\na.wav = x\nfast.wav = y\n", "sample rate"},
        {HEAD "[phrases]\nquiet.wav = x\n", "not silent"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *fault = manifest_fault(cases[i].text);
        if (cases[i].fault[0] == '\0') {
            assert_string_equal(fault, "");
        } else if (strstr(fault, cases[i].fault) == NULL) {
            fail_msg("case %zu: \"%s\" does not say \"%s\"", i, fault, cases[i].fault);
        }
    }
}

/* The clips of a number, "?" for those that are missing: "100+ 7.". */
static const char *parts_of(const struct bank *bank, const char *number, bool last) {
    static char line[200];
    struct bank_part parts[BANK_PARTS_MAX];
    struct clip_token token = {.kind = CLIP_NUMBER, .text = number, .bytes = strlen(number)};
    size_t used = 0;
    for (size_t i = 0, count = bank_parts(bank, &token, last, parts); i < count; i++) {
        used += (size_t)snprintf(line + used, sizeof line - used, "%s%s%s", i > 0 ? " " : "",
                                 parts[i].text, parts[i].clip == NULL ? "?" : "");
    }
    return line;
}

static void test_numbers_are_put_together(void **state) {
    (void)state;
    write_wav("x.wav", RATE_HZ, TONE_SAMPLES);
    for (int i = 0; i < 6; i++) {
        char name[8];
        snprintf(name, sizeof name, "%d.wav", i);
        write_wav(name, RATE_HZ, TONE_SAMPLES);
    }
    struct bank *bank = make_bank("[numbers]\n0.wav = 0\n1.wav = 7\n2.wav = 100\n3.wav = 1000\n"
                                  "4.wav = 42\n5.wav = 142\n");
    assert_string_equal(parts_of(bank, "0", true), "0");
    assert_string_equal(parts_of(bank, "7", true), "7");
    assert_string_equal(parts_of(bank, "8", true), "8?");
    assert_string_equal(parts_of(bank, "99", true), "99?");
    assert_string_equal(parts_of(bank, "100", true), "100");
    assert_string_equal(parts_of(bank, "107", true), "100 7");
    assert_string_equal(parts_of(bank, "142", true), "142");
    assert_string_equal(parts_of(bank, "1042", true), "1000 42");
    assert_string_equal(parts_of(bank, "1107", true), "1000 100 7");
    assert_string_equal(parts_of(bank, "2300", true), "2000? 300?");
    assert_string_equal(parts_of(bank, CLIP_OH, true), "oh?");
    bank_destroy(bank);
}

static void test_segments_are_put_together(void **state) {
    (void)state;
    write_wav("one.wav", RATE_HZ, TONE_SAMPLES);
    write_wav("two.wav", RATE_HZ, 2 * TONE_SAMPLES);
    write_wav("last.wav", RATE_HZ, 4 * TONE_SAMPLES);
    write_wav("and.wav", RATE_HZ, 8 * TONE_SAMPLES);
    write_wav("seven.wav", RATE_HZ, 16 * TONE_SAMPLES);
    struct bank *bank = make_bank("[letters]\none.wav = A B\n[numbers]\ntwo.wav = 100\n"
                                  "and.wav = 100+\nseven.wav = 7\nlast.wav = 7.\n");
    static const struct {
        const char *clips, *written;
        size_t samples; /* in tones; pauses in ms */
        int pauses_ms;
        const char *reason;
    } cases[] = {
        {"lA\n", "A,", 1, 0, ""},
        {"lA\nlB\n", "A, B,", 2, 120, ""},
        {"n100\n", "100.", 2, 0, ""},
        {"n107\n", "107,", 8 + 16, 0, ""},
        {"n107\n", "107.", 8 + 4, 0, ""},
        {"n7\nn7\n", "7 7.", 16 + 4, 60, ""},
        {"lA\nlC\n", "A, C,", 0, 0, "no clip of \"C\""},
        {"pTicket\n", "Ticket,", 0, 0, "no clip of \"Ticket\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct segment segment = {.role = SEGMENT_LETTERS};
        struct sound sound = {0};
        char reason[REASON_BYTES] = "";
        snprintf(segment.clips, sizeof segment.clips, "%s", cases[i].clips);
        snprintf(segment.written, sizeof segment.written, "%s", cases[i].written);
        assert_int_equal(bank_say(bank, &segment, &sound, reason), cases[i].reason[0] == '\0');
        assert_string_equal(reason, cases[i].reason);
        assert_int_equal(sound.count, cases[i].samples * TONE_SAMPLES +
                                          (size_t)(RATE_HZ * cases[i].pauses_ms / 1000));
        sound_finish(&sound);
    }
    struct segment segment = {.clips = "lA\n", .written = "A,"};
    struct sound sound = {0};
    char reason[REASON_BYTES];
    unlink(path_of("one.wav"));
    assert_false(bank_say(bank, &segment, &sound, reason));
    assert_int_equal(sound.count, 0);
    bank_destroy(bank);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_wav_is_read),
        cmocka_unit_test(test_raw_is_read_when_its_rate_is_known),
        cmocka_unit_test(test_sound_is_bounded),
        cmocka_unit_test(test_manifests),
        cmocka_unit_test(test_numbers_are_put_together),
        cmocka_unit_test(test_segments_are_put_together),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
