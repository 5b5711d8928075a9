/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Preloaded into a display: it believes that it has the screen to itself (KMS/DRM) while SDL shows
 * its picture on an X server, and it has the faults that SDL has only without a desktop.
 *
 * HALLCALL_KMS_FILE names a file of one byte, which is mapped, so that a fault may come and go: 'l'
 * no window, since EGL's library cannot be loaded; 'i' the same in the words that SDL has for it
 * after clearing up; 'd' what is drawn is not what is read back; 's' and 'o' SDL took another
 * renderer, `software` or `opengl`. Any other byte is none.
 *
 * HALLCALL_KMS_FOLDER stands for /sys/class/drm. HALLCALL_KMS_CARD is the number of the only card
 * that has a monitor: told to take another one, or none, SDL does not start.
 */
#include <SDL.h>
#include <SDL_syswm.h>
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { PATH_ROOM = 512 };

static const volatile char *command;

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("HALLCALL_KMS_FILE");
    int fd = path != NULL ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    void *mapped = fd >= 0 ? mmap(NULL, 1, PROT_READ, MAP_SHARED, fd, 0) : MAP_FAILED;
    command = mapped == MAP_FAILED ? NULL : mapped;
    if (fd >= 0) {
        (void)close(fd);
    }
}

static char fault(void) {
    return command != NULL ? *command : '\0';
}

/* The function that would have been called; a pointer to it through memcpy, as ISO C wants. */
static void find(const char *name, void *function) {
    void *symbol = dlsym(RTLD_NEXT, name);
    memcpy(function, &symbol, sizeof symbol);
}

/* A path below /sys/class/drm, where the test has it. */
static const char *moved(const char *path, char room[PATH_ROOM]) {
    static const char kernels[] = "/sys/class/drm";
    const char *ours = getenv("HALLCALL_KMS_FOLDER");
    if (ours == NULL || strncmp(path, kernels, strlen(kernels)) != 0) {
        return path;
    }
    (void)snprintf(room, PATH_ROOM, "%s%s", ours, path + strlen(kernels));
    return room;
}

DIR *opendir(const char *path) {
    DIR *(*real)(const char *);
    char room[PATH_ROOM];
    find("opendir", &real);
    return real(moved(path, room));
}

FILE *fopen(const char *restrict path, const char *restrict mode) {
    FILE *(*real)(const char *, const char *);
    char room[PATH_ROOM];
    find("fopen", &real);
    return real(moved(path, room), mode);
}

int SDL_InitSubSystem(Uint32 flags) {
    int (*real)(Uint32);
    const char *with_monitor = getenv("HALLCALL_KMS_CARD");
    const char *taken = SDL_GetHint(SDL_HINT_KMSDRM_DEVICE_INDEX);
    find("SDL_InitSubSystem", &real);
    if (with_monitor != NULL && (taken == NULL || strcmp(taken, with_monitor) != 0)) {
        return SDL_SetError("kmsdrm not available");
    }
    return real(flags);
}

const char *SDL_GetCurrentVideoDriver(void) {
    const char *(*real)(void);
    find("SDL_GetCurrentVideoDriver", &real);
    return real() != NULL ? "KMSDRM" : NULL;
}

/* No connection of a server's: who wants to know of events has to look. */
SDL_bool SDL_GetWindowWMInfo(SDL_Window *window, SDL_SysWMinfo *info) {
    SDL_bool (*real)(SDL_Window *, SDL_SysWMinfo *);
    find("SDL_GetWindowWMInfo", &real);
    SDL_bool known = real(window, info);
    info->subsystem = SDL_SYSWM_KMSDRM;
    return known;
}

SDL_Window *SDL_CreateWindow(const char *title, int x, int y, int width, int height, Uint32 flags) {
    SDL_Window *(*real)(const char *, int, int, int, int, Uint32);
    find("SDL_CreateWindow", &real);
    if (fault() == 'l' || fault() == 'i') {
        (void)SDL_SetError("%s", fault() == 'i' ? "EGL not initialized"
                                                : "Can't load EGL/GL library on window creation.");
        return NULL;
    }
    return real(title, x, y, width, height, flags);
}

int SDL_GetRendererInfo(SDL_Renderer *renderer, SDL_RendererInfo *info) {
    int (*real)(SDL_Renderer *, SDL_RendererInfo *);
    find("SDL_GetRendererInfo", &real);
    int result = real(renderer, info);
    if (fault() == 's' || fault() == 'o') {
        info->name = fault() == 's' ? "software" : "opengl";
    }
    return result;
}

int SDL_RenderReadPixels(SDL_Renderer *renderer, const SDL_Rect *at, Uint32 format, void *pixels,
                         int pitch) {
    int (*real)(SDL_Renderer *, const SDL_Rect *, Uint32, void *, int);
    find("SDL_RenderReadPixels", &real);
    int result = real(renderer, at, format, pixels, pitch);
    if (fault() == 'd') {
        memset(pixels, 0, (size_t)pitch); /* of one row, as the texel is */
    }
    return result;
}
