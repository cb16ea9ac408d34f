package com.example.files;

import java.io.*;
import java.nio.file.*;
import java.nio.file.attribute.*;
import java.util.zip.*;
import javax.servlet.http.HttpServletRequest;
import org.apache.commons.io.FilenameUtils;
import org.springframework.web.bind.annotation.*;
import org.springframework.web.multipart.MultipartFile;

class Downloads {
    InputStream open(HttpServletRequest req, Path base) throws Exception {
        String name = req.getParameter("name");
        // ruleid: java.path.request-data-file
        File f = new File("/srv/data", name);
        // ruleid: java.path.request-data-file
        Files.newInputStream(base.resolve(name));
        // ok: java.path.request-data-file
        return new FileInputStream("/srv/data/" + FilenameUtils.getName(name));
    }

    @GetMapping("/files/{name}")
    byte[] spring(@PathVariable("name") String name) throws Exception {
        // ruleid: java.path.request-data-file
        return Files.readAllBytes(Paths.get("/srv/data/" + name));
    }

    @GetMapping("/checked/{name}")
    byte[] checked(@PathVariable("name") String name, Path base) throws Exception {
        // ok: java.path.request-data-file
        Path p = base.resolve(name).normalize();
        if (!p.startsWith(base)) {
            throw new IOException("outside");
        }
        return Files.readAllBytes(p);
    }

    void upload(MultipartFile file, Path dir) throws Exception {
        // ruleid: java.path.uploaded-file-name
        file.transferTo(new File("/srv/uploads/" + file.getOriginalFilename()));
        // ok: java.path.uploaded-file-name
        file.transferTo(new File("/srv/uploads/" + UUID.randomUUID()));
        // ok: java.path.uploaded-file-name
        file.transferTo(dir.resolve(FilenameUtils.getName(file.getOriginalFilename())));
    }
}

class Archives {
    void unzip(ZipInputStream in, File dir) throws Exception {
        ZipEntry entry;
        while ((entry = in.getNextEntry()) != null) {
            // ruleid: java.archive.path-traversal
            File target = new File(dir, entry.getName());
            Files.copy(in, target.toPath());
        }
    }

    void unzipChecked(ZipInputStream in, Path dir) throws Exception {
        ZipEntry entry;
        while ((entry = in.getNextEntry()) != null) {
            // ok: java.archive.path-traversal
            Path target = dir.resolve(entry.getName()).normalize();
            if (!target.startsWith(dir)) {
                throw new IOException("outside");
            }
            Files.copy(in, target);
        }
    }

    byte[] gunzip(InputStream in) throws Exception {
        // ok: java.archive.decompression-bomb
        new GZIPInputStream(in).readNBytes(1 << 20);
        // ruleid: java.archive.decompression-bomb
        return new GZIPInputStream(in).readAllBytes();
    }
}

class Modes {
    void modes(File f, Path p, Set<PosixFilePermission> perms) throws Exception {
        // ruleid: java.permissions.world-writable
        f.setWritable(true, false);
        // ruleid: java.permissions.world-writable
        Files.setPosixFilePermissions(p, PosixFilePermissions.fromString("rwxrwxrwx"));
        // ok: java.permissions.world-writable
        Files.setPosixFilePermissions(p, PosixFilePermissions.fromString("rw-------"));
        // ruleid: java.permissions.world-writable
        perms.add(PosixFilePermission.OTHERS_WRITE);
        // ok: java.permissions.world-writable
        perms.remove(PosixFilePermission.OTHERS_WRITE);
        // ruleid: java.permissions.others-read
        f.setReadable(true, false);
        // ok: java.permissions.others-read
        f.setReadable(true, true);
    }

    void temp() throws Exception {
        // ruleid: java.files.fixed-temp-path
        new FileWriter("/tmp/report.txt");
        // ok: java.files.fixed-temp-path, java.files.create-temp-file
        Files.createTempFile("report", ".txt");
        // ruleid: java.files.create-temp-file
        File dir = File.createTempFile("work", "");
        dir.delete();
        // ruleid: java.files.temp-directory-race
        dir.mkdir();
        // ok: java.files.temp-directory-race
        Files.createTempDirectory("work");
    }
}
