"""Writes image files, what Pillow reads in them, and what it and torchvision make of them, to src/test/resources/images.

    pip install pillow==13.0.0 torch==2.15.0 torchvision==0.29.2 opencv-python-headless==5.0.0.93 numpy==2.4.6
    python images.py ../resources/images

resized.csv: an image of drawn bytes, resized by Pillow; small results as they are, the SHA-256 of others.
unrounded.csv: the same by torch.nn.functional.interpolate on floats.
sides.csv: the sizes that torchvision's Resize(length) makes, and where its CenterCrop cuts.
decoded.csv.gz: for each of the files beside it, what Pillow's convert("RGB") reads, or that it is to be refused and why.
trained/: a folder of images; the .npy beside it are the tensors that torchvision hands to a trainer.
"""
import gzip
import hashlib
import io
import os
import struct
import sys
import zlib

import cv2
import numpy as np
import torch
from PIL import Image, ImageCms, ImageOps
from torchvision import datasets, transforms

out = sys.argv[1]
os.makedirs(f"{out}/decoded", exist_ok=True)


def drawn(seed, size):
    """Bytes that Java draws alike; many are 0 and 255, where kernels overshoot."""
    state, values = seed, bytearray()
    for _ in range(size):
        state = (state * 1103515245 + 12345) & 0x7fffffff
        values.append(min(255, max(0, (state >> 16) % 384 - 64)))
    return bytes(values)


def picture(seed, height, width, channels):
    a = np.frombuffer(drawn(seed, height * width * channels), np.uint8)
    return Image.fromarray(a.reshape(height, width, channels) if channels > 1 else a.reshape(height, width))


def told(data):
    return data.hex() if len(data) <= 400 else "sha256:" + hashlib.sha256(data).hexdigest()


KERNELS = {"nearest": Image.Resampling.NEAREST, "box": Image.Resampling.BOX, "bilinear": Image.Resampling.BILINEAR,
           "hamming": Image.Resampling.HAMMING, "bicubic": Image.Resampling.BICUBIC, "lanczos": Image.Resampling.LANCZOS}
random = np.random.default_rng(1)
sizes = [(1, 1, 4, 3), (5, 7, 1, 1), (20, 31, 7, 9), (20, 31, 20, 9), (20, 31, 7, 31), (3, 100, 9, 7), (16, 16, 32, 32), (64, 64, 16, 16),
         (375, 500, 256, 341), (160, 160, 32, 32)] + [tuple(map(int, random.integers(1, 90, 4))) for _ in range(30)]
with open(f"{out}/resized.csv", "w") as f:
    print("kernel,seed,height,width,channels,to_height,to_width,result", file=f)
    for seed, (h, w, to_h, to_w) in enumerate(sizes):
        for name, kernel in KERNELS.items():
            for channels in (1, 3) if max(h, w) < 200 else (3,):
                made = picture(seed, h, w, channels).resize((to_w, to_h), kernel)
                print(name, seed, h, w, channels, to_h, to_w, told(made.tobytes()), sep=",", file=f)
with open(f"{out}/unrounded.csv", "w") as f:
    print("kernel,seed,height,width,to_height,to_width,result", file=f)
    for seed, (h, w, to_h, to_w) in enumerate(sizes[:8] + sizes[10:14]):
        a = torch.from_numpy(np.asarray(picture(seed, h, w, 3)).copy()).permute(2, 0, 1)[None].float()
        for name, mode, antialias in (("bilinear", "bilinear", True), ("bicubic", "bicubic", True), ("plain", "bilinear", False)):
            made = torch.nn.functional.interpolate(a, (to_h, to_w), mode=mode, antialias=antialias, align_corners=False)[0]
            some = made.reshape(-1)[:: max(1, made.numel() // 24)]
            print(name, seed, h, w, to_h, to_w, " ".join(f"{v:.6g}" for v in some.tolist()), sep=",", file=f)
with open(f"{out}/sides.csv", "w") as f:
    print("height,width,length,to_height,to_width,crop,top,left", file=f)
    for h, w in [(375, 500), (500, 375), (333, 500), (224, 224), (97, 31), (31, 97), (640, 427), (427, 641), (100, 1000), (257, 400), (259, 401)]:
        for length, crop in ((256, 224), (32, 29), (31, 31)):
            resized = transforms.Resize(length)(Image.new("L", (w, h)))
            marked = np.arange(resized.height * resized.width, dtype=np.int32).reshape(resized.height, resized.width)
            cut = np.asarray(transforms.CenterCrop(crop)(Image.fromarray(marked)))
            print(h, w, length, resized.height, resized.width, crop, *divmod(int(cut[0, 0]), resized.width), sep=",", file=f)


# Files. Photographs are smooth, so that JPEG keeps them.
def photograph(height, width, seed=5):
    y, x = np.mgrid[0:height, 0:width]
    noise = np.random.default_rng(seed).normal(0, 9, (height, width, 3))
    waves = np.stack([128 + 110 * np.sin(x / 4.1 + y / 9), 128 + 110 * np.cos(y / 5.3), 128 + 110 * np.sin((x - y) / 7)], 2)
    return Image.fromarray(np.clip(waves + noise, 0, 255).astype(np.uint8))


def saved(image, format, **options):
    f = io.BytesIO()
    image.save(f, format, **options)
    return f.getvalue()


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width, height, depth, colours, rows, *chunks, interlace=0):
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colours, 0, 0, interlace))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(chunks) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def adam7(image):
    """Interlaced: seven images of ever more pixels, each row behind a filter byte."""
    a, rows = np.asarray(image), b""
    for y, x, down, right in ((0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)):
        for row in a[y::down, x::right]:
            rows += b"\0" + row.tobytes() if row.size else b""
    return png(image.width, image.height, 8, 2, rows, interlace=1)


def without(jpeg, *markers):
    made, at = jpeg[:2], 2
    while jpeg[at + 1] != 0xda:
        length = struct.unpack(">H", jpeg[at + 2:at + 4])[0] + 2
        if jpeg[at + 1] not in markers:
            made += jpeg[at:at + length]
        at += length
    return made + jpeg[at:]


def adobe(jpeg, transform):
    head = struct.pack(">HH5sHHHB", 0xffee, 14, b"Adobe", 100, 0, 0, transform)
    return jpeg[:2] + head + without(jpeg, 0xe0, 0xee)[2:]


def exif(orientation, order="<"):
    return (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "IHHHIHHI", 8, 1, 0x112, 3, 1, orientation, 0, 0)


photo = photograph(19, 21)
alpha = Image.fromarray(np.asarray(photo)[:, :, 0] // 2 + 100)
srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
# A profile with red and green exchanged: whoever applies it is far off.
tags = bytearray(srgb)
tags[24:36] = bytes(12)  # the date
count = struct.unpack(">I", tags[128:132])[0]
for i in range(count):
    at = 132 + 12 * i
    if tags[at:at + 4] in (b"rXYZ", b"gXYZ"):
        tags[at:at + 4] = b"gXYZ" if tags[at:at + 4] == b"rXYZ" else b"rXYZ"
odd_profile = bytes(tags)
cmyk = Image.merge("CMYK", [*photo.split(), alpha])
palette = photo.quantize(40)
small = photo.convert("L").quantize(4)
jpeg = saved(photo, "JPEG", quality=88)


def sampled(factor):
    options = [cv2.IMWRITE_JPEG_QUALITY, 90, cv2.IMWRITE_JPEG_SAMPLING_FACTOR, factor]
    return cv2.imencode(".jpg", np.asarray(photo)[:, :, ::-1], options)[1].tobytes()


def bmp(width, height, bits, rows, compression=0, colours=b"", masks=b""):
    offset = 54 + len(masks) + len(colours)
    return (b"BM" + struct.pack("<IHHI", offset + len(rows), 0, 0, offset)
            + struct.pack("<IiiHHIIiiII", 40, width, height, 1, bits, compression, len(rows), 0, 0, len(colours) // 4, 0) + masks + colours + rows)


bits = np.random.default_rng(3)
# Of 16 bits, of another format, or of several pictures: refused, and not compared.
files = {
    "plain.jpg": jpeg,
    "444.jpg": saved(photo, "JPEG", quality=88, subsampling=0),
    "422.jpg": saved(photo, "JPEG", quality=88, subsampling=1),
    "440.jpg": sampled(cv2.IMWRITE_JPEG_SAMPLING_FACTOR_440),
    "411.jpg": sampled(cv2.IMWRITE_JPEG_SAMPLING_FACTOR_411),
    "coarse.jpg": saved(photo, "JPEG", quality=10),
    "progressive.jpg": saved(photo, "JPEG", quality=88, progressive=True),
    "restarts.jpg": saved(photo, "JPEG", quality=88, restart_marker_blocks=2),
    "grey.jpg": saved(photo.convert("L"), "JPEG", quality=88),
    "rgb.jpg": saved(photo, "JPEG", quality=88, keep_rgb=True),
    "profile.jpg": saved(photo, "JPEG", quality=88, icc_profile=odd_profile),
    "grey-profile.jpg": saved(photo.convert("L"), "JPEG", quality=88, icc_profile=odd_profile),
    "no-jfif.jpg": without(jpeg, 0xe0),
    "no-jfif-444.jpg": without(saved(photo, "JPEG", quality=88, subsampling=0), 0xe0),
    "cmyk.jpg": saved(cmyk, "JPEG", quality=88),
    "cmyk-plain.jpg": without(saved(cmyk, "JPEG", quality=88), 0xee),
    "ycck.jpg": adobe(saved(cmyk, "JPEG", quality=88), 2),
    "comment.jpg": saved(photo, "JPEG", quality=88, comment=b"one\xffd8 two"),
    "trailing.jpg": jpeg + b"\0" * 40,
    "cut.jpg": jpeg[:-200],
    "rgb.png": saved(photo, "PNG"),
    "grey.png": saved(photo.convert("L"), "PNG"),
    "palette.png": saved(palette, "PNG"),
    "palette-2.png": saved(small, "PNG", bits=2),
    "palette-alpha.png": saved(palette, "PNG", transparency=bytes([255, 80, 0])),
    "palette-opaque.png": saved(palette, "PNG", transparency=bytes([255] * 40)),
    "grey-alpha.png": saved(Image.merge("LA", [photo.convert("L"), alpha]), "PNG"),
    "grey-opaque.png": saved(Image.merge("LA", [photo.convert("L"), Image.new("L", photo.size, 255)]), "PNG"),
    "rgba.png": saved(Image.merge("RGBA", [*photo.split(), alpha]), "PNG"),
    "rgba-opaque.png": saved(Image.merge("RGBA", [*photo.split(), Image.new("L", photo.size, 255)]), "PNG"),
    "bits.png": saved(photo.convert("1"), "PNG"),
    "grey-2.png": png(9, 2, 2, 0, (b"\0" + bits.bytes(3)) * 2),
    "grey-4.png": png(9, 2, 4, 0, (b"\0" + bits.bytes(5)) * 2),
    "interlaced.png": adam7(photo),
    "key.png": png(2, 1, 8, 2, b"\0\x01\x02\x03\x04\x05\x06", chunk(b"tRNS", struct.pack(">HHH", 1, 2, 3))),
    "grey-key.png": png(2, 1, 8, 0, b"\0\x01\x02", chunk(b"tRNS", struct.pack(">H", 1))),
    "gamma.png": png(2, 1, 8, 2, b"\0\x0a\x14\x1e\x28\x32\x3c", chunk(b"gAMA", struct.pack(">I", 100000))),
    "grey-gamma.png": png(2, 1, 8, 0, b"\0\x0a\xc8", chunk(b"gAMA", struct.pack(">I", 100000))),
    "profile.png": saved(photo, "PNG", icc_profile=odd_profile),
    "grey-16.png": saved(Image.fromarray(np.asarray(photo.convert("L")).astype(np.uint16) * 200), "PNG"),
    "rgb-16.png": png(2, 1, 16, 2, b"\0" + bits.bytes(12)),
    "rgb.bmp": saved(photo, "BMP"),
    "grey.bmp": saved(photo.convert("L"), "BMP"),
    "bits.bmp": saved(photo.convert("1"), "BMP"),
    "palette.bmp": saved(palette, "BMP"),
    "palette-4.bmp": bmp(5, 2, 4, bits.bytes(8), colours=bits.bytes(64)),
    "rgba.bmp": saved(Image.merge("RGBA", [*photo.split(), alpha]), "BMP"),
    "rgbx.bmp": bmp(2, 1, 32, bytes([30, 20, 10, 0, 50, 100, 200, 0])),
    "555.bmp": bmp(4, 1, 16, bits.bytes(8)),
    "565.bmp": bmp(4, 1, 16, bits.bytes(8), 3, masks=struct.pack("<III", 0xf800, 0x7e0, 0x1f)),
    "top-down.bmp": bmp(2, -2, 24, bits.bytes(16)),
    "rle.bmp": bmp(4, 2, 8, bytes([3, 1, 1, 2, 0, 0, 4, 0, 0, 1]), 1, colours=bits.bytes(16)),
    "palette.gif": saved(palette, "GIF"),
    "grey.gif": saved(photo.convert("L"), "GIF"),
    "interlaced.gif": saved(palette, "GIF", interlace=1),
    "transparent.gif": saved(palette, "GIF", transparency=3),
    "animated.gif": saved(palette, "GIF", save_all=True, append_images=[photograph(19, 21, 6).quantize(40)]),
    "photo.webp": saved(photo, "WEBP", lossless=True),
    "photo.tif": saved(photo, "TIFF"),
    "webp.jpg": saved(photo, "WEBP"),
    "jpeg.png": jpeg,
    "xmp.jpg": saved(photo, "JPEG", quality=88, xmp=b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><a tiff:Orientation="6"/></x:xmpmeta>'),
    "exif.png": saved(photo, "PNG", exif=b"Exif\0\0" + exif(8, ">")),
}
for orientation in range(1, 9):
    files[f"exif-{orientation}.jpg"] = saved(photo, "JPEG", quality=88, exif=b"Exif\0\0" + exif(orientation, "<>"[orientation % 2]))
transparent = {"palette-alpha.png", "grey-alpha.png", "rgba.png", "key.png", "grey-key.png", "transparent.gif"}
with io.TextIOWrapper(gzip.GzipFile(f"{out}/decoded.csv.gz", "wb", mtime=0)) as f:
    print("file,transparent,height,width,rgb,upright_height,upright_width,upright", file=f)
    for name, data in files.items():
        with open(f"{out}/decoded/{name}", "wb") as file:
            file.write(data)
        image = Image.open(io.BytesIO(data))
        try:
            rgb = image.convert("RGB")
        except OSError as e:
            print(name, "is refused by Pillow:", e)
            continue
        upright = ImageOps.exif_transpose(image).convert("RGB")
        print(name, name in transparent, rgb.height, rgb.width, rgb.tobytes().hex(), upright.height, upright.width,
              "" if upright.tobytes() == rgb.tobytes() else upright.tobytes().hex(), sep=",", file=f)

# A folder as torchvision's ImageFolder reads it.
for name, height, width, orientation in (("a/1", 37, 52, 1), ("a/2", 44, 31, 6), ("b/1", 25, 25, 1), ("b/2", 29, 40, 3)):
    os.makedirs(f"{out}/trained/{name[0]}", exist_ok=True)
    photograph(height, width, height).save(f"{out}/trained/{name}.jpg", quality=85, exif=b"Exif\0\0" + exif(orientation))
resized, cropped = transforms.Resize(18), transforms.CenterCrop(16)
normalize = transforms.Normalize([.485, .456, .406], [.229, .224, .225])
whole = transforms.PILToTensor()
small = transforms.Resize((12, 20), transforms.InterpolationMode.BICUBIC)
for name, steps in {
    "normalised": [resized, cropped, transforms.ToTensor(), normalize],
    "scaled": [resized, cropped, transforms.ToTensor()],
    "grey": [resized, cropped, transforms.Grayscale(), transforms.ToTensor()],
    "odd": [resized, transforms.CenterCrop(15), transforms.ToTensor(), normalize],
    "stretched": [transforms.Resize((16, 16)), transforms.ToTensor(), normalize],
    "lying": [transforms.Resize((16, 16)), whole],
    "upright": [ImageOps.exif_transpose, transforms.Resize((16, 16)), whole],
    "bicubic": [small, whole],
    "channels-last": [small, np.asarray],
}.items():
    # Not datasets.folder.default_loader: its convert("RGB") forgets the orientation.
    upright = name == "upright"
    loader = (lambda path: ImageOps.exif_transpose(Image.open(path)).convert("RGB")) if upright else datasets.folder.default_loader
    folder = datasets.ImageFolder(f"{out}/trained", transforms.Compose(steps[1:] if upright else steps), loader=loader)
    np.save(f"{out}/{name}.npy", np.stack([np.asarray(folder[i][0]) for i in range(len(folder))]))
