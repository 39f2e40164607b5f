/* Copyright 2026 The face_perception authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A webcam, 640x480 MJPEG at 30 frames per second, for a machine without one: preloaded (LD_PRELOAD) it answers in the
 * place of the kernel what OpenCV's own V4L2 code asks of the device file $V4L2_DEVICE, and refuses what the kernel
 * refuses. The file holds the picture. Taking it away is unplugging; with $V4L2_DEVICE.silent beside it the camera sends
 * nothing, and with $V4L2_DEVICE.dead nobody answers behind it, as behind the node that stays in a container's /dev.
 * Everything else goes to the kernel by syscall(): dlsym() would wait for ever for a lock of the tracing that ROS loads.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/videodev2.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define WIDTH 640
#define HEIGHT 480
#define FPS 30
#define LENGTH (WIDTH * HEIGHT * 2)
#define MOST 8

static struct {
    ino_t inode;
    int fd, count, streaming, queued[MOST];
    void *memory[MOST];
    unsigned sequence;
    double due;
} camera = {.fd = -1};

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

static const char *beside(const char *suffix) {
    static __thread char path[4096];
    snprintf(path, sizeof path, "%s%s", getenv("V4L2_DEVICE"), suffix);
    return path;
}

/* Tell whether a descriptor is one of the device file, also after it was taken away. */
static int ours(int fd) {
    const char *device = getenv("V4L2_DEVICE");
    char link[64], path[4096];
    if (!device || fd < 0) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return !strncmp(path, device, strlen(device)) && (!path[strlen(device)] || path[strlen(device)] == ' ');
}

static int plugged(int fd) {
    struct stat opened, there;
    return access(beside(".dead"), F_OK) && !fstat(fd, &opened) && !stat(getenv("V4L2_DEVICE"), &there) && opened.st_ino == there.st_ino;
}

static int refuse(int number) {
    errno = number;
    return -1;
}

static int any_queued(void) {
    for (int i = 0; i < camera.count; i++)
        if (camera.queued[i]) return 1;
    return 0;
}

static int dequeue(int fd, struct v4l2_buffer *buffer) {
    if (!camera.streaming || buffer->memory != V4L2_MEMORY_MMAP) return refuse(EINVAL);
    if (!any_queued() || now() < camera.due || !access(beside(".silent"), F_OK)) return refuse(EAGAIN);
    int index = 0;
    while (!camera.queued[index]) index++;
    camera.queued[index] = 0;
    buffer->index = index;
    buffer->length = LENGTH;
    buffer->bytesused = pread(fd, camera.memory[index], LENGTH, 0);
    buffer->sequence = camera.sequence++;
    buffer->flags = V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC;
    double time = now();
    buffer->timestamp.tv_sec = (long)time;
    buffer->timestamp.tv_usec = (long)((time - (long)time) * 1e6);
    camera.due = camera.due + 1.0 / FPS > time ? camera.due + 1.0 / FPS : time + 1.0 / FPS;
    return 0;
}

static int request(struct v4l2_requestbuffers *request) {
    if (camera.streaming) return refuse(EBUSY);
    if (request->memory != V4L2_MEMORY_MMAP) return refuse(EINVAL);
    camera.count = request->count = request->count < MOST ? request->count : MOST;
    for (int i = 0; i < camera.count; i++) {
        camera.queued[i] = 0;
        camera.memory[i] = NULL;
    }
    return 0;
}

static int answer(int fd, unsigned long code, void *data) {
    struct stat opened;
    if (!plugged(fd)) return refuse(ENODEV);
    fstat(fd, &opened);
    if (camera.fd != fd || camera.inode != opened.st_ino) {    /* another opening */
        memset(&camera, 0, sizeof camera);
        camera.fd = fd;
        camera.inode = opened.st_ino;
    }
    struct v4l2_buffer *buffer = data;
    switch (code) {
    case VIDIOC_QUERYCAP: {
        struct v4l2_capability *capability = data;
        strcpy((char *)capability->driver, "uvcvideo");
        strcpy((char *)capability->card, "test webcam");
        capability->capabilities = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING | V4L2_CAP_DEVICE_CAPS;
        capability->device_caps = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING;
        return 0;
    }
    case VIDIOC_S_FMT:
        if (camera.count) return refuse(EBUSY);
        /* fall through: whatever was asked, it has one format */
    case VIDIOC_G_FMT:
    case VIDIOC_TRY_FMT: {
        struct v4l2_pix_format *pixels = &((struct v4l2_format *)data)->fmt.pix;
        pixels->width = WIDTH;
        pixels->height = HEIGHT;
        pixels->pixelformat = V4L2_PIX_FMT_MJPEG;
        pixels->field = V4L2_FIELD_NONE;
        pixels->bytesperline = 0;
        pixels->sizeimage = LENGTH;
        return 0;
    }
    case VIDIOC_S_PARM:
    case VIDIOC_G_PARM: {
        struct v4l2_captureparm *capture = &((struct v4l2_streamparm *)data)->parm.capture;
        capture->capability = V4L2_CAP_TIMEPERFRAME;
        capture->timeperframe.numerator = 1;
        capture->timeperframe.denominator = FPS;
        return 0;
    }
    case VIDIOC_REQBUFS:
        return request(data);
    case VIDIOC_QUERYBUF:
        if ((int)buffer->index >= camera.count) return refuse(EINVAL);
        buffer->length = LENGTH;
        buffer->m.offset = buffer->index * LENGTH;
        return 0;
    case VIDIOC_QBUF:
        if ((int)buffer->index >= camera.count || camera.queued[buffer->index]) return refuse(EINVAL);
        camera.queued[buffer->index] = 1;
        return 0;
    case VIDIOC_DQBUF:
        return dequeue(fd, buffer);
    case VIDIOC_STREAMON:
        if (!camera.count) return refuse(EINVAL);
        camera.streaming = 1;
        camera.due = now() + 1.0 / FPS;
        return 0;
    case VIDIOC_STREAMOFF:
        camera.streaming = 0;
        memset(camera.queued, 0, sizeof camera.queued);
        return 0;
    }
    return refuse(ENOTTY);
}

int ioctl(int fd, unsigned long code, ...) {
    va_list words;
    va_start(words, code);
    void *data = va_arg(words, void *);
    va_end(words);
    if (_IOC_TYPE(code) == 'V' && ours(fd)) return answer(fd, code, data);
    return syscall(SYS_ioctl, fd, code, data);
}

void *mmap64(void *address, size_t length, int protection, int flags, int fd, off64_t offset) {
    if (!ours(fd)) return (void *)syscall(SYS_mmap, address, length, protection, flags, fd, offset);
    int index = offset / LENGTH;
    if (offset % LENGTH || index >= camera.count || length != LENGTH) return errno = EINVAL, MAP_FAILED;
    return camera.memory[index] = (void *)syscall(SYS_mmap, NULL, length, PROT_READ | PROT_WRITE,
                                                  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

void *mmap(void *address, size_t length, int protection, int flags, int fd, off_t offset) {
    return mmap64(address, length, protection, flags, fd, offset);
}

/* Wait for a frame as the kernel does: an unplugged device is ready at once, its next DQBUF fails. */
static int wait_for_frame(int fd, double seconds) {
    double end = now() + seconds;
    for (;;) {
        if (!plugged(fd)) return 1;
        if (any_queued() && now() >= camera.due && access(beside(".silent"), F_OK)) return 1;
        if (now() >= end) return 0;
        usleep(2000);
    }
}

int select(int count, fd_set *readable, fd_set *writable, fd_set *odd, struct timeval *timeout) {
    if (camera.fd >= 0 && camera.fd < count && readable && FD_ISSET(camera.fd, readable) && ours(camera.fd)) {
        int ready = wait_for_frame(camera.fd, timeout ? timeout->tv_sec + timeout->tv_usec / 1e6 : 1e9);
        if (!ready) FD_ZERO(readable);
        return ready;
    }
    struct timespec wait = {timeout ? timeout->tv_sec : 0, timeout ? timeout->tv_usec * 1000 : 0};
    return syscall(SYS_pselect6, count, readable, writable, odd, timeout ? &wait : NULL, NULL);
}

static int is_dead_node(const char *path) {
    return getenv("V4L2_DEVICE") && !strcmp(path, getenv("V4L2_DEVICE")) && !access(beside(".dead"), F_OK);
}

int open64(const char *path, int flags, ...) {
    va_list words;
    va_start(words, flags);
    int mode = va_arg(words, int);
    va_end(words);
    if (is_dead_node(path)) return refuse(ENODEV);
    return syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

int open(const char *path, int flags, ...) {
    va_list words;
    va_start(words, flags);
    int mode = va_arg(words, int);
    va_end(words);
    return open64(path, flags, mode);
}
